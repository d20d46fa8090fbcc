using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Stages;

/// <summary>Closes the books of an exchange, exactly once, however it ended. Opens onto <c>Accounting/</c>.</summary>
internal static class AccountStage
{
    public static void Run(Exchange exchange) => exchange.Kit.Counters.OnEnded(exchange.Fault);
}

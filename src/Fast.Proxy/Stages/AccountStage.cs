using Fast.Proxy.Accounting;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Stages;

/// <summary>Closes the books of an exchange, exactly once, however it ended. Opens onto <c>Accounting/</c>.</summary>
internal static class AccountStage
{
    public static void Run(Exchange exchange)
    {
        // Only a provider's answer stops the clock of Fast's own time, and only its body goes through the relay.
        bool relayed = exchange.Time.OwnMicroseconds != ExchangeAccount.NoTime;
        exchange.Kit.Counters.OnEnded(new ExchangeAccount
        {
            Endpoint = exchange.Asked.Endpoint,
            // An answer that has not begun yet will be that of the fault.
            Status = exchange.Answer.Started ? exchange.Answer.Status : FaultTable.Of(exchange.Fault).Status,
            Fault = exchange.Fault,
            RequestBytes = exchange.Intent.BodyBytes,
            AnswerBytes = exchange.Answer.Bytes,
            Events = relayed ? exchange.Kit.Relay.Events : 0,
            OwnMicroseconds = exchange.Time.OwnMicroseconds,
            WholeMicroseconds = exchange.Route.Tried > 0 ? exchange.Time.WholeMicroseconds : ExchangeAccount.NoTime,
        });
    }
}

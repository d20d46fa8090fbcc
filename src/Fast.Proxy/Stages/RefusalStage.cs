using Fast.Proxy.Exchanges;
using Fast.Proxy.Relay;

namespace Fast.Proxy.Stages;

/// <summary>
/// Tells a caller why a policy said no, while what is set aside and what is left are still known. Writes <see cref="Exchange.Answer"/>. Opens onto
/// <c>Relay/</c>.
/// </summary>
internal static class RefusalStage
{
    public static void Run(Exchange exchange)
    {
        if (exchange.Refusal is not null && !exchange.Answer.Started)
            FaultAnswer.Write(exchange);
    }
}

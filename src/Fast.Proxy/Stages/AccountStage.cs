using Fast.Proxy.Accounting;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;

namespace Fast.Proxy.Stages;

/// <summary>
/// Closes the books of an exchange, exactly once, however it ended: counts it, settles what was set aside for it, and hands its record to the
/// ledger. Opens onto <c>Accounting/</c>.
/// </summary>
internal static class AccountStage
{
    public static void Run(Exchange exchange)
    {
        // An answer that has not begun yet will be that of the fault.
        int status = exchange.Answer.Started ? exchange.Answer.Status : FaultTable.Of(exchange.Fault).Status;
        Settlement settlement = Settle(exchange, status);

        // Only a provider's answer stops the clock of Fast's own time, and only its body goes through the relay.
        bool relayed = exchange.Time.OwnMicroseconds != ExchangeAccount.NoTime;
        exchange.Kit.Counters.OnEnded(new ExchangeAccount
        {
            Endpoint = exchange.Asked.Endpoint,
            Status = status,
            Fault = exchange.Fault,
            RequestBytes = exchange.Intent.BodyBytes,
            AnswerBytes = exchange.Answer.Bytes,
            Events = relayed ? exchange.Kit.Relay.Events : 0,
            Cost = settlement.Cost,
            InputTokens = settlement.Usage.TotalInput,
            OutputTokens = settlement.Usage.TotalOutput,
            OwnMicroseconds = exchange.Time.OwnMicroseconds,
            WholeMicroseconds = exchange.Route.Tried > 0 ? exchange.Time.WholeMicroseconds : ExchangeAccount.NoTime,
        });
    }

    private static Settlement Settle(Exchange exchange, int status)
    {
        Reservation reservation = exchange.Kit.Reservation;
        if (!reservation.IsOpen)
            return default;

        // A request that was refused before anybody was asked has used up nothing, not even a request.
        bool reachedProvider = exchange.Reply.Asked;
        Settlement settlement = reachedProvider ? Settlement.Of(exchange) : default;
        settlement.Teach(exchange);
        reservation.Settle(
            reachedProvider ? settlement.AmountsOf(exchange) : default, reachedProvider, settlement.RecordOf(exchange, status));
        return settlement;
    }
}

using System;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Proxy.Relay.Streams;

/// <summary>
/// What is set aside for a stream's output, and grows with it: a token is at least a byte, so what the stream has brought can be no more tokens
/// than bytes, and some may be under way that do not come any more when it is given up.
/// </summary>
internal static class OutputCover
{
    /// <summary>Sets aside what an event's text needs, before it passes.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="textBytes">Bytes of the event's text.</param>
    public static BudgetTake Take(Exchange exchange, int textBytes)
    {
        ref readonly ChargeSection charge = ref exchange.Charge;
        long covered = charge.OutputReserved + exchange.Meter.OutputGrown;
        long margin = MarginOf(exchange);
        long need = Math.Min(charge.OutputTokensMax, exchange.Meter.TextBytes + textBytes + margin);
        long most = charge.OutputTokensMax;
        if (exchange.Meter.TextEvents >= most)
        {
            // An event is a token at least: the provider goes on past the limit it was sent, and its bill does too.
            need = exchange.Meter.TextEvents + 1 + margin;
            most = long.MaxValue;
        }

        if (need <= covered)
            return BudgetTake.Taken;

        // As much again as there was, so that a long answer does not ask often; and if that is too much, what it takes.
        long ample = Math.Min(most - covered, Math.Max(need - covered, covered / 2));
        BudgetTake take = Grow(exchange, ample);
        return take == BudgetTake.LimitReached && ample > need - covered ? Grow(exchange, need - covered) : take;
    }

    /// <summary>What may be under way when the stream is given up: a provider goes on for a moment with each choice that has not finished.</summary>
    public static long MarginOf(Exchange exchange) =>
        exchange.Route.Provider!.CancelTokens * Math.Max(1L, exchange.Charge.Choices - exchange.Meter.ChoicesFinished);

    /// <summary>Whether all that the answer may get is set aside, if need be from now on.</summary>
    public static bool TryTakeAll(Exchange exchange)
    {
        long missing = exchange.Charge.OutputTokensMax - exchange.Charge.OutputReserved - exchange.Meter.OutputGrown;
        return missing <= 0 || (exchange.Charge.OutputTokensMax < long.MaxValue / 2 && Grow(exchange, missing) == BudgetTake.Taken);
    }

    private static BudgetTake Grow(Exchange exchange, long tokens)
    {
        Amounts more = new(ModelPrice.Cost(tokens, exchange.Charge.OutputRate), tokens, 0, 0);
        BudgetTake take = exchange.Kit.Reservation.Budgets.TryTake(more);
        if (take == BudgetTake.Taken)
            exchange.Meter.OutputGrown += tokens;
        return take;
    }
}

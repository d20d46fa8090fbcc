using System;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Relay.Receipts;

/// <summary>
/// What the head of an answer says of cost and of what is left: the cost when it is known already, the account that is used up furthest, the
/// run's totals, and the limits per time.
/// </summary>
internal static class Receipt
{
    /// <summary>Room for an amount of money as text, in bytes.</summary>
    private const int MoneyBytes = 24;

    /// <summary>Writes the fields.</summary>
    public static void Write(ref PipeSink sink, Exchange exchange)
    {
        Reservation reservation = exchange.Kit.Reservation;
        if (!reservation.IsOpen)
        {
            // The books are closed: a refusal, whose caller wants to know how he stands all the same.
            if (exchange.Refusal is not null)
                WriteLimits(ref sink, exchange.Caller.Key!.Accounts);
            return;
        }

        Settlement now = exchange.Meter.HasUsage ? Settlement.Of(exchange) : default;
        if (exchange.Meter.HasUsage)
        {
            sink.Write("x-fast-cost-usd: "u8);
            WriteMoney(ref sink, now.Cost);
            sink.Write("\r\nx-fast-input-tokens: "u8);
            sink.WriteNumber(now.Usage.TotalInput);
            sink.Write("\r\nx-fast-output-tokens: "u8);
            sink.WriteNumber(now.Usage.TotalOutput);
            sink.Write("\r\n"u8);
        }

        if (WarningOf(exchange) is { } warning)
        {
            sink.Write("x-fast-warning: "u8);
            sink.WriteLatin1(warning);
            sink.Write("\r\n"u8);
        }

        if (exchange.Charge.TokensToSend > 0)
        {
            sink.Write("x-fast-max-tokens: "u8);
            sink.WriteNumber(exchange.Charge.TokensToSend);
            sink.Write("\r\n"u8);
        }

        WriteTightest(ref sink, reservation.Budgets, now.AmountsOf(exchange), exchange.Meter.HasUsage);
        if (reservation.Run is { } run)
            WriteRun(ref sink, exchange, run, now);
        WriteLimits(ref sink, reservation.Limits.Accounts);
    }

    /// <summary>What is told though it passed: of what the request offers and tells of, and of what the answer calls.</summary>
    public static string? WarningOf(Exchange exchange) =>
        exchange.Meter.Warning is { } called && exchange.Admission.Warning is { } offered ? $"{offered}; {called}" : exchange.Meter.Warning ?? exchange.Admission.Warning;

    private static void WriteTightest(ref PipeSink sink, BudgetHold budgets, in Amounts used, bool isKnown)
    {
        BudgetWindow? tightest = null;
        double least = double.MaxValue;
        foreach (BudgetWindow window in budgets.Windows)
        {
            double share = (double)Left(window, budgets, used, isKnown) / window.Budget.Limit;
            if (share >= least)
                continue;

            least = share;
            tightest = window;
        }

        if (tightest is null)
            return;

        long left = Left(tightest, budgets, used, isKnown);
        sink.Write("x-fast-account: "u8);
        sink.Write(tightest.Budget.Account.PathField);
        sink.Write("\r\nx-fast-remaining: "u8);
        if (tightest.Budget.Unit == BudgetUnit.Usd)
            WriteMoney(ref sink, left);
        else
            sink.WriteNumber(left);
        sink.Write("\r\nx-fast-remaining-unit: "u8);
        sink.Write(AccountNames.Utf8Of(tightest.Budget.Unit));
        sink.Write("\r\n"u8);
    }

    /// <summary>What is left of a budget; what this exchange has set aside and turns out not to need is left, too.</summary>
    private static long Left(BudgetWindow window, BudgetHold budgets, in Amounts used, bool isKnown)
    {
        BudgetUnit unit = window.Budget.Unit;
        long left = window.Budget.Limit - window.Taken;
        return Math.Max(0, isKnown ? left + budgets.Held.Of(unit) - used.Of(unit) : left);
    }

    private static void WriteRun(ref PipeSink sink, Exchange exchange, RunState run, in Settlement now)
    {
        sink.Write("x-fast-run: "u8);
        sink.Write(run.IdBytes);
        sink.Write("\r\nx-fast-run-cost-usd: "u8);
        WriteMoney(ref sink, run.Cost + now.Cost);
        sink.Write("\r\nx-fast-run-requests: "u8);
        sink.WriteNumber(run.Requests + (exchange.Reply.Asked ? 1 : 0));
        sink.Write("\r\n"u8);
    }

    private static void WriteLimits(ref PipeSink sink, ReadOnlySpan<AccountState> accounts)
    {
        long now = SteadyClock.NowNs;
        Tightest requests = new(now);
        Tightest tokens = new(now);
        foreach (AccountState account in accounts)
        {
            requests.See(account.Limits.Requests);
            tokens.See(account.Limits.Tokens);
        }

        WriteLimit(ref sink, in requests, "x-ratelimit-limit-requests: "u8, "\r\nx-ratelimit-remaining-requests: "u8, "\r\nx-ratelimit-reset-requests: "u8);
        WriteLimit(ref sink, in tokens, "x-ratelimit-limit-tokens: "u8, "\r\nx-ratelimit-remaining-tokens: "u8, "\r\nx-ratelimit-reset-tokens: "u8);
    }

    private static void WriteLimit(
        ref PipeSink sink, in Tightest tightest, ReadOnlySpan<byte> limit, ReadOnlySpan<byte> remaining, ReadOnlySpan<byte> reset)
    {
        if (tightest.Bucket is null)
            return;

        sink.Write(limit);
        sink.WriteNumber(tightest.Bucket.Rate.Count);
        sink.Write(remaining);
        sink.WriteNumber(tightest.Remaining);
        sink.Write(reset);
        sink.WriteNumber(tightest.ResetMs);
        sink.Write("ms\r\n"u8);
    }

    private static void WriteMoney(ref PipeSink sink, long nano)
    {
        Span<byte> text = stackalloc byte[MoneyBytes];
        sink.Write(text[..MoneyText.Write(nano, text)]);
    }

    /// <summary>The limit of which least is left, of those that were seen.</summary>
    private struct Tightest(long now)
    {
        public TokenBucket? Bucket;
        public long Remaining;

        /// <summary>As OpenAI tells it: how long until the limit is whole again.</summary>
        public readonly long ResetMs => (Bucket!.FullInAt(now) + 999_999) / 1_000_000;

        public void See(TokenBucket? bucket)
        {
            if (bucket is null)
                return;

            long remaining = bucket.RemainingAt(now);
            if (Bucket is null || remaining < Remaining)
                (Bucket, Remaining) = (bucket, remaining);
        }
    }
}

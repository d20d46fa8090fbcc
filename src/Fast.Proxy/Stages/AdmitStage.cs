using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Routing;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>
/// May they? Writes <see cref="Exchange.Admission"/>, and begins the reservation. Waits only for the ledger's word of a run that is not in memory,
/// and where the operator lets callers stand in line. Opens onto <c>Policies/</c>.
/// </summary>
internal static class AdmitStage
{
    public static ValueTask<bool> RunAsync(Exchange exchange)
    {
        long now = exchange.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        exchange.Admission.At = now;
        exchange.Admission.IsDryRun = IsOn(exchange, "x-fast-dry-run"u8);
        exchange.Admission.WantsReceipt = IsOn(exchange, "x-fast-receipt"u8);
        if (!MayAskForModel(exchange))
            return new(false);

        RunEntrance entrance = RunEntry.TryEnter(exchange, now, out RunState? run);
        if (entrance == RunEntrance.Unknown)
            return RecallAsync(exchange, now);
        return entrance == RunEntrance.Open ? BeginAsync(exchange, run, now) : new(false);
    }

    /// <summary>A run that is not in memory: the ledger is asked, once for each run that this process has to do with.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<bool> RecallAsync(Exchange exchange, long now) =>
        await RunRecall.EnterAsync(exchange, now) is { } run && await BeginAsync(exchange, run, now);

    private static ValueTask<bool> BeginAsync(Exchange exchange, RunState? run, long now)
    {
        Reservation reservation = exchange.Kit.Reservation;
        if (!reservation.TryBegin(exchange.Caller.Key!, run, exchange.Snapshot.Ledger, now))
            return new(exchange.Fail(Fault.BudgetsTooMany));
        if (reservation.Budgets.HasBudgets && !(reservation.HasPlace && exchange.Snapshot.Ledger.IsHealthy))
            return new(exchange.Fail(Fault.LedgerUnavailable));
        if (!ToolDoor.TryPass(exchange, run, ref exchange.Admission.Warning))
            return new(false);

        // The places first: an exchange that waits in line has not yet used up any of its rate.
        LimitHold limits = reservation.Limits;
        if (limits.TryTakePlaces())
            return new(TakesRates(exchange, limits, now));
        return limits.MayWait ? WaitAsync(exchange, limits) : new(exchange.Refuse(Fault.RateLimitExceeded, Refusal.OfLimit(limits, now)));
    }

    private static bool MayAskForModel(Exchange exchange)
    {
        ModelRule models = exchange.Caller.Key!.Models;
        if (exchange.Intent.Provider is { } provider)
            return models.AllowsAllOf(provider.Name) || exchange.Fail(Fault.ModelNotAllowed, provider.Name + "/*");

        // A list of further models in the body would be the provider's to choose from, past the key's own list.
        if (exchange.Intent.Members.Has(RequestMember.Models) && !models.IsOpen)
            return exchange.Fail(Fault.ModelNotAllowed, "models");

        Span<byte> scratch = stackalloc byte[ModelName.BytesMax];
        ReadOnlySpan<byte> name = ModelName.Of(exchange, scratch);
        return models.Allows(name) || MissingProvider.Fail(exchange, name, Fault.ModelNotAllowed, Fault.ModelNotAllowedWithoutProvider);
    }

    private static bool TakesRates(Exchange exchange, LimitHold limits, long now)
    {
        long tokens = limits.CountTokens && exchange.Asked.Endpoint!.Charge != EndpointCharge.Nothing ? LikelyTokens(exchange) : 0;
        return limits.TryTakeRates(tokens, SteadyClock.NowNs) || exchange.Refuse(Fault.RateLimitExceeded, Refusal.OfLimit(limits, now));
    }

    /// <summary>What the request is likely to be in tokens, by what was learned of the model that it asks for.</summary>
    private static long LikelyTokens(Exchange exchange)
    {
        Span<byte> scratch = stackalloc byte[ModelName.BytesMax];
        ReadOnlySpan<byte> name = exchange.Intent.HasModel ? ModelName.Of(exchange, scratch) : [];
        TargetSnapshot? target = exchange.Snapshot.Models.Find(name) is { } model ? TargetOrder.First(exchange, model) : null;
        LearnedRatio ratio = target?.State.Input ?? LearnedRatio.Unlearned;
        return ratio.Likely(exchange.Intent.BodyBytes);
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<bool> WaitAsync(Exchange exchange, LimitHold limits)
    {
        exchange.Time.BeginWait();
        bool served = await limits.WaitForPlacesAsync(exchange.Kit.Abort.Token);
        exchange.Time.EndWait();
        if (served)
            return TakesRates(exchange, limits, exchange.Admission.At);
        if (exchange.Kit.IsStopping)
            return exchange.Fail(Fault.GatewayStopping);
        if (exchange.Kit.Abort.CallerGone)
            return exchange.Fail(Fault.CallerGone);
        return exchange.Refuse(Fault.RateLimitExceeded, Refusal.OfLimit(limits, exchange.Admission.At));
    }

    private static bool IsOn(Exchange exchange, ReadOnlySpan<byte> name) =>
        exchange.Head.TryFind(name, out ReadOnlySpan<byte> value) && !value.IsEmpty && !IsOff(value);

    // Whoever asks what it would cost in words of their own is not charged for it.
    private static bool IsOff(ReadOnlySpan<byte> value) => System.Text.Ascii.EqualsIgnoreCase(value, "false"u8) || value.SequenceEqual("0"u8)
        || System.Text.Ascii.EqualsIgnoreCase(value, "no"u8) || System.Text.Ascii.EqualsIgnoreCase(value, "off"u8);
}

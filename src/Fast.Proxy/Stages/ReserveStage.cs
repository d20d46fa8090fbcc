using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Routing;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Stages;

/// <summary>
/// Can they pay for it there? Writes <see cref="Exchange.Charge"/>: what the current target costs, what of it is set aside, and how long the
/// answer may get. Waits only when an account has to be leased more of its budget. Opens onto <c>Policies/</c>.
/// </summary>
internal static class ReserveStage
{
    /// <summary>
    /// How often it is tried anew when the budgets have changed meanwhile. Each time somebody else has got something.
    /// </summary>
    private const int TriesMax = 1000;

    /// <summary>Tries after which an exchange gives way to others once.</summary>
    private const int TriesInARow = 16;

    public static ValueTask<bool> RunAsync(Exchange exchange)
    {
        ref ChargeSection charge = ref exchange.Charge;
        charge = default;
        FindPrice(exchange, ref charge);
        Reservation reservation = exchange.Kit.Reservation;
        Endpoint endpoint = exchange.Asked.Endpoint!;
        charge.IsMetered = endpoint.Charge != EndpointCharge.Nothing && IsCounted(exchange, reservation);
        charge.AsksUsage = charge.IsMetered && exchange.Intent.Stream && exchange.Route.Provider!.TakesStreamOptions
            && endpoint.Stream is StreamKind.Chat or StreamKind.Completions && !HasAskedUsage(exchange);
        if (endpoint.Charge is EndpointCharge.Image or EndpointCharge.Speech or EndpointCharge.Transcription && !TryMeasure(exchange, ref charge, out _))
            return new(false);

        // What an attempt before this one had set aside was for another price. That there was one stays true.
        BudgetHold budgets = reservation.Budgets;
        budgets.ReturnAllButRequests();
        if (charge.Price is null && TargetOrder.NeedsPrice(exchange))
            return new(exchange.Fail(Fault.ModelUnpriced, NameOf(exchange, charge)));
        if (!exchange.Admission.IsDryRun)
            reservation.AnnounceRuns();
        if (budgets.HasBudgets)
            return ReserveAsync(exchange, budgets);

        if (charge.IsMetered && exchange.Intent.Stream && charge.Choices == 0)
            charge.Choices = OutputCap.ChoicesOf(exchange);
        return new(true);
    }

    private static void FindPrice(Exchange exchange, ref ChargeSection charge)
    {
        if (exchange.Route.Target is { } target)
        {
            (charge.Price, charge.Model) = (target.Price, target.State);
        }
        else if (exchange.Intent.HasModel)
        {
            Span<byte> scratch = stackalloc byte[ModelName.BytesMax];
            DirectModel model = exchange.Snapshot.DirectModels.Get(exchange.Route.Provider!.Name, ModelName.Of(exchange, scratch));
            (charge.Price, charge.Model) = (model.Price, model.State);
        }
        else
        {
            charge.Model = exchange.Route.Provider!.Unnamed;
        }

        if (charge.Price is not { HasServices: true })
            return;

        ReadOnlySpan<byte> asked = Quote.ServiceOf(exchange);
        ServiceTiers project = exchange.Route.Provider!.ServiceTier;
        charge.MayServe = ServiceWords.MayServe(asked, project);
        charge.LikelyService = ServiceWords.Likely(asked, project);
    }

    /// <summary>Measures the request: what it can be in tokens, how long it lets the answer be, and how many there are.</summary>
    private static bool TryMeasure(Exchange exchange, ref ChargeSection charge, out bool hasAudio)
    {
        hasAudio = false;
        Endpoint endpoint = exchange.Asked.Endpoint!;
        charge.InputTokensMax = endpoint.Charge == EndpointCharge.Nothing
            ? 0 : InputBound.Of(endpoint, exchange.Body.Bytes.Span, SpellsLetters(exchange), SignsOf(exchange), charge.Price, out hasAudio);
        bool isNumber = OutputCap.TryRead(exchange, out OutputCap cap);
        (charge.AskedTokens, charge.AsksNone, charge.Choices) = (cap.Asked, cap.IsNone, cap.Choices);
        return isNumber;
    }

    /// <summary>Only text is searched; what is sent to be written down may be many megabytes of sound.</summary>
    private static TextSigns SignsOf(Exchange exchange) =>
        exchange.Asked.Endpoint!.Charge == EndpointCharge.Text ? exchange.Body.Signs : TextSigns.None;

    private static bool SpellsLetters(Exchange exchange) =>
        exchange.Intent.Shape == BodyShape.Json ? exchange.Intent.SpellsLetters : HiddenLetters.MayBeIn(exchange.Body.Bytes.Span);

    private static bool IsCounted(Exchange exchange, Reservation reservation) =>
        !ReferenceEquals(exchange.Snapshot.Ledger, NoLedger.Instance) || reservation.Budgets.HasBudgets || reservation.Run is not null
        || reservation.Limits.CountTokens || exchange.Caller.Key!.Tools is not null;

    private static bool HasAskedUsage(Exchange exchange) =>
        exchange.Intent.Members.Has(RequestMember.StreamOptions)
        && StreamOptions.AskForUsage(exchange.Body.Bytes.Span[exchange.Intent.Members.Of(RequestMember.StreamOptions)]);

    private static ValueTask<bool> ReserveAsync(Exchange exchange, BudgetHold budgets)
    {
        if (!TryMeasure(exchange, ref exchange.Charge, out bool hasAudio))
            return new(false);

        BudgetTake take = Try(exchange, budgets, hasAudio, out bool affordable);
        return take == BudgetTake.Taken ? new(true) : TryOnAsync(exchange, budgets, hasAudio, take, affordable);
    }

    /// <summary>Tries until it is set aside or refused; gives way only to a lease.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<bool> TryOnAsync(Exchange exchange, BudgetHold budgets, bool hasAudio, BudgetTake take, bool affordable)
    {
        for (int tries = 1; tries < TriesMax; tries++)
        {
            if (take == BudgetTake.LimitReached && (!affordable || budgets.Refused!.Budget.Unit is BudgetUnit.Requests or BudgetUnit.ToolCalls))
                break;
            if (take == BudgetTake.LeaseShort && !await exchange.Snapshot.Ledger.LeaseAsync(budgets.Refused!, budgets.Needed))
                return exchange.Fail(Fault.LedgerUnavailable);
            if (tries % TriesInARow == 0)
                await Task.Yield();
            take = Try(exchange, budgets, hasAudio, out affordable);
            if (take == BudgetTake.Taken)
                return true;
        }

        BudgetWindow window = budgets.Refused!;
        bool isRun = window.Budget.Account.Kind == AccountKind.Run && window.Budget.Unit is BudgetUnit.Requests or BudgetUnit.ToolCalls;
        long needed = Quote.Least(exchange, hasAudio, exchange.Charge).Of(window.Budget.Unit);
        Refusal refusal = Refusal.OfBudget(window, needed, exchange.Admission.At);
        if (window.Budget.Unit == BudgetUnit.Usd)
            refusal = refusal with { Cheaper = CheapestModel.Find(exchange) };
        return exchange.Refuse(isRun ? Fault.RunLimitExceeded : Fault.BudgetExceeded, refusal);
    }

    private static BudgetTake Try(Exchange exchange, BudgetHold budgets, bool hasAudio, out bool affordable)
    {
        affordable = Quote.TryMake(exchange, hasAudio, ref exchange.Charge, out Amounts amounts);
        return budgets.TryTake(amounts);
    }

    private static string NameOf(Exchange exchange, in ChargeSection charge) =>
        $"{exchange.Route.Provider!.Name}/{charge.Model?.Model}";
}

using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;

namespace Fast.Proxy.Policies;

/// <summary>Why a policy said no, for the answer: which account, which of its limits, how far it is used up, and when it opens again.</summary>
public sealed record Refusal
{
    private const string LargerThanLimit = "larger_than_limit";
    private const string ReservedByOthers = "reserved_by_others";
    private const string ReservedByItself = "reserved_by_itself";
    private const string UsedUp = "spent";

    /// <summary>The account, as <see cref="AccountState.Path"/> has it.</summary>
    public required string Account { get; init; }

    /// <summary>The limit, in words: <c>10 USD per day</c>.</summary>
    public required string Limit { get; init; }

    /// <summary>The same as <see cref="Limit"/>, as a decimal number in the unit.</summary>
    public required string LimitAmount { get; init; }

    /// <summary>What is used up, in the unit.</summary>
    public string? Spent { get; init; }

    /// <summary>What is set aside for exchanges under way, in the unit.</summary>
    public string? Reserved { get; init; }

    /// <summary>What the exchange needs at least of a budget, in the unit.</summary>
    public string? Needed { get; init; }

    /// <summary>The unit.</summary>
    public required string Unit { get; init; }

    /// <summary>How long the window is.</summary>
    public string? Window { get; init; }

    /// <summary>When there will be room again, in Unix milliseconds; 0 when never, or nobody knows.</summary>
    public long ResetsAt { get; init; }

    /// <summary>How long to wait before the same request makes sense, in seconds; 0 when that is not known.</summary>
    public long RetryAfterSeconds { get; init; }

    /// <summary>Whether trying the same again soon makes sense.</summary>
    public bool ShouldRetry { get; init; }

    /// <summary>The cheapest model that the key may use and that could still be paid for; null when there is none, or money is not the matter.</summary>
    public string? Cheaper { get; init; }

    /// <summary>What was decided, as one word.</summary>
    public required string Decision { get; init; }

    /// <summary>What more there is to say to people, as the end of a sentence; empty for nothing.</summary>
    public string Outlook { get; init; } = "";

    /// <summary>All of it in words: what the fault's message names.</summary>
    public string Words
    {
        get
        {
            string used = Spent is null ? "" : $", {Spent} spent and {Reserved} set aside";
            return $"{Account}, {Limit}{used}{(Needed is null ? "" : $", at least {Needed} needed")}{Outlook}";
        }
    }

    /// <summary>The refusal of a budget that had no room for an exchange.</summary>
    /// <param name="window">The budget's window.</param>
    /// <param name="needed">What the exchange needs of it at least.</param>
    /// <param name="now">Unix milliseconds.</param>
    internal static Refusal OfBudget(BudgetWindow window, long needed, long now)
    {
        // What others have set aside may come back any moment, when they turn out to need less; what is used up does not before the window ends.
        string decision = needed > window.Budget.Limit ? LargerThanLimit : FitsBesides(window, needed) ? ReservedByOthers : UsedUp;
        return OfBudget(window, needed, now, decision);
    }

    /// <summary>The refusal of a budget that had no room for a stream to go on.</summary>
    /// <param name="budgets">What the stream has set aside, after a take that failed.</param>
    /// <param name="now">Unix milliseconds.</param>
    internal static Refusal OfStream(BudgetHold budgets, long now)
    {
        BudgetWindow window = budgets.Refused!;
        long own = budgets.Held.Of(window.Budget.Unit);
        long needed = own + budgets.RefusedAmount;
        string decision = FitsBesides(window, needed) ? ReservedByOthers
            : own > 0 && window.Settled + window.Forfeited < window.Budget.Limit ? ReservedByItself : UsedUp;
        return OfBudget(window, needed, now, decision);
    }

    /// <summary>Whether an amount would have room if nobody else were under way.</summary>
    private static bool FitsBesides(BudgetWindow window, long needed) => needed <= window.Budget.Limit - window.Settled - window.Forfeited;

    private static Refusal OfBudget(BudgetWindow window, long needed, long now, string decision)
    {
        BudgetState budget = window.Budget;
        bool mayComeBack = decision == ReservedByOthers;
        bool resets = window.End != long.MaxValue && decision != LargerThanLimit;
        return new Refusal
        {
            Account = budget.Account.Path,
            Limit = $"{AmountText.Of(budget.Limit, budget.Unit)} {AmountText.WordOf(budget.Unit)} {PeriodOf(budget.Period)}",
            LimitAmount = AmountText.Of(budget.Limit, budget.Unit),
            Spent = AmountText.Of(window.Settled + window.Forfeited, budget.Unit),
            Reserved = AmountText.Of(window.Reserved, budget.Unit),
            Needed = AmountText.Of(needed, budget.Unit),
            Unit = AccountNames.Of(budget.Unit),
            Window = AccountNames.Of(budget.Period),
            ResetsAt = resets ? window.End : 0,
            RetryAfterSeconds = mayComeBack ? 1 : resets ? (window.End - now + 999) / 1000 : 0,
            ShouldRetry = mayComeBack,
            Decision = decision,
            Outlook = mayComeBack ? "; it can pass when others have finished"
                : decision == LargerThanLimit ? "; that is more than the whole limit, so it can never pass as it is"
                : resets ? "; it can pass when the window ends" : "; what is spent does not come back",
        };
    }

    /// <summary>The refusal of a limit per time or at once.</summary>
    internal static Refusal OfLimit(LimitHold hold, long now)
    {
        AccountState account = hold.Refused!;
        bool never = hold.WaitNs < 0;
        long seconds = hold.RefusedKind == LimitKind.Parallel ? 1 : never ? 0 : (hold.WaitNs + 999_999_999) / 1_000_000_000;
        (string amount, string limit) = hold.RefusedKind switch
        {
            LimitKind.Requests => Of(account.Limits.Requests?.Rate, "requests"),
            LimitKind.Tokens => Of(account.Limits.Tokens?.Rate, "tokens"),
            _ => Of(account.Limits.Parallel?.Count ?? 0),
        };
        return new Refusal
        {
            Account = account.Path,
            Limit = limit,
            LimitAmount = amount,
            Unit = hold.RefusedKind switch { LimitKind.Requests => "requests", LimitKind.Tokens => "tokens", _ => "parallel" },
            ResetsAt = never || seconds == 0 ? 0 : now + (seconds * 1000),
            RetryAfterSeconds = seconds,
            ShouldRetry = !never,
            Decision = never ? LargerThanLimit : "rate",
            Outlook = never ? "; the request alone is larger, so it can never pass as it is" : "",
        };
    }

    /// <summary>The refusal of a bound on a run that is no budget.</summary>
    /// <param name="account">The run's account.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="amount">The bound, in the unit.</param>
    /// <param name="decision">What was decided, as one word.</param>
    /// <param name="words">The unit in words, where it does not say enough to people.</param>
    /// <param name="outlook">What more there is to say, as the end of a sentence.</param>
    internal static Refusal OfRun(string account, string unit, string amount, string decision, string? words = null, string outlook = "") => new()
    {
        Account = account,
        Limit = $"{amount} {words ?? unit}",
        LimitAmount = amount,
        Unit = unit,
        Decision = decision,
        Outlook = outlook,
    };

    private static (string Amount, string Limit) Of(Rate? rate, string unit) =>
        (AmountText.Of(rate?.Count ?? 0, BudgetUnit.Requests), $"{rate?.Count} {unit} per {AmountText.OfMilliseconds(rate?.PerMs ?? 0)}");

    private static (string Amount, string Limit) Of(int count) => (AmountText.Of(count, BudgetUnit.Requests), $"{count} requests at once");

    private static string PeriodOf(BudgetPeriod period) => period == BudgetPeriod.Total ? "in total" : $"per {AccountNames.Of(period)}";
}

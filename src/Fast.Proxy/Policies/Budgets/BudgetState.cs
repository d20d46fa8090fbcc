using System.Threading;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>One budget of one account, with the window that is current. It survives a reload, which may change its limit.</summary>
public sealed class BudgetState
{
    private BudgetWindow? _current;
    private long _limit;

    /// <param name="account">The account's name, for example <c>key:team-a</c>.</param>
    /// <param name="spec">What it allows.</param>
    public BudgetState(string account, BudgetSpec spec)
    {
        Account = account;
        Unit = spec.Unit;
        Period = spec.Period;
        _limit = spec.Limit;
    }

    /// <summary>The account's name.</summary>
    public string Account { get; }

    /// <summary>What is counted.</summary>
    public BudgetUnit Unit { get; }

    /// <summary>How long windows are.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>How much each window allows.</summary>
    public long Limit
    {
        get => Interlocked.Read(ref _limit);
        set => Interlocked.Exchange(ref _limit, value);
    }

    /// <summary>
    /// The window that a moment falls into. When the clock is set back, the window that was current stays so: the same hour is not paid out
    /// twice.
    /// </summary>
    /// <param name="now">Unix milliseconds.</param>
    public BudgetWindow At(long now)
    {
        BudgetWindow? current = Volatile.Read(ref _current);
        return current is not null && now < current.End ? current : Roll(current, now);
    }

    private BudgetWindow Roll(BudgetWindow? current, long now)
    {
        (long start, long end) = BudgetCalendar.WindowAt(Period, now);
        BudgetWindow next = new(this, start, end, now);

        // Only one of those who see the old window's end puts the new one in its place.
        BudgetWindow? seen = Interlocked.CompareExchange(ref _current, next, current);
        return ReferenceEquals(seen, current) ? next : seen!;
    }
}

using System.Threading;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>One budget of one account, with the window that is current. It survives a reload, which may change its limit.</summary>
public sealed class BudgetState
{
    private BudgetWindow? _current;
    private long _limit;

    /// <param name="account">Whose it is.</param>
    /// <param name="spec">What it allows.</param>
    public BudgetState(AccountState account, BudgetSpec spec)
    {
        Account = account;
        Unit = spec.Unit;
        Period = spec.Period;
        _limit = spec.Limit;
    }

    /// <summary>Whose it is.</summary>
    public AccountState Account { get; }

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

    /// <summary>The window that was used last; null before the first.</summary>
    public BudgetWindow? Current => Volatile.Read(ref _current);

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
        while (current is null || now >= current.End)
        {
            // Only one of those who see the old window's end puts the new one in its place; somebody whose moment is earlier may have
            // put one there that is over by now, too.
            BudgetWindow? seen = Interlocked.CompareExchange(ref _current, next, current);
            if (ReferenceEquals(seen, current))
                return next;

            current = seen;
        }

        return current;
    }
}

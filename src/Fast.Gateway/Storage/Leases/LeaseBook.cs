using System;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Storage.Leases;

/// <summary>
/// How far one window is leased, and how far it should be. A crash forfeits what is leased and not used up, and a lease that is too small
/// makes exchanges wait for the disk; so the slack follows what is asked for. The writer's thread alone uses it.
/// </summary>
internal sealed class LeaseBook
{
    /// <summary>The smallest slack, as a part of the limit.</summary>
    private const long LeastParts = 1024;

    /// <summary>How many times what was newly taken between two commits is leased ahead.</summary>
    private const long Ahead = 4;

    private long _slack;
    private long _seen;
    private long _seenSettled;
    private bool _isResting;
    private long _demand;
    private long _needed;
    private long? _raise;
    private BudgetRow? _opening;

    /// <param name="window">The window.</param>
    /// <param name="found">What the store says of it, to open it with; null for a window that is open.</param>
    /// <param name="now">Unix milliseconds.</param>
    public LeaseBook(BudgetWindow window, BudgetRow? found, long now)
    {
        Window = window;
        _seen = window.Taken;
        _seenSettled = window.Settled;
        ChangedAt = now;
        if (found is not { } row)
            return;

        // Whoever held this lease did not give it back: that much may have been used up without being written down.
        long lost = Math.Max(0, row.Leased - row.Settled - row.Forfeited);
        _opening = row with { Forfeited = row.Forfeited + lost };
        _seen = row.Settled + row.Forfeited + lost;
        _seenSettled = row.Settled;
    }

    public BudgetWindow Window { get; }

    /// <summary>When the window last changed, in Unix milliseconds.</summary>
    public long ChangedAt { get; private set; }

    /// <summary>Whether the window is to be opened with the next commit.</summary>
    public bool IsOpening => _opening is not null;

    /// <summary>Whether the lease is to be given back, because nobody uses the window.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Whether the lease was given back whole.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The store's name for a window.</summary>
    public static (string Account, string Budget, long Start) KeyOf(BudgetWindow window) =>
        (window.Budget.Account.Path, BudgetNames.Of(window.Budget.Unit, window.Budget.Period), window.Start);

    /// <summary>Notes that an exchange waits for a lease.</summary>
    public void Ask(long needed)
    {
        // Many may ask at once, each as if it were alone.
        _demand = Sum(_demand, Math.Max(0, needed - Window.Taken));
        _needed = Math.Max(_needed, needed);
        IsClosing = false;
    }

    /// <summary>Expects nothing more to be taken for now.</summary>
    /// <returns>False when nothing was expected already.</returns>
    public bool TryRest()
    {
        if (_isResting)
            return false;

        _isResting = true;
        _slack = 0;
        return true;
    }

    /// <summary>Decides about the lease. One that is lowered is lowered now.</summary>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>What to make durable.</returns>
    public BudgetRow Plan(long now)
    {
        IsClosed = false;
        if (_opening is { } row)
        {
            _opening = row = row with { Leased = Target(row.Settled + row.Forfeited) };
            return row;
        }

        (string account, string budget, long start) = KeyOf(Window);
        long settled = Window.Settled;
        long forfeited = Window.Forfeited;
        if (settled != _seenSettled || Window.Taken != _seen || _demand > 0)
        {
            _seenSettled = settled;
            _isResting = false;
            ChangedAt = now;
        }

        long leased = IsClosing ? Close(settled + forfeited) : Adapt();
        return new(account, budget, start, settled, leased, forfeited, Window.OpenedAt);
    }

    /// <summary>The commit succeeded: what was planned holds.</summary>
    public void Commit()
    {
        if (_opening is { } row)
            Window.Open(row.Settled, row.Forfeited, row.OpenedAt, row.Leased);
        else if (_raise is { } lease)
            Window.SetLease(lease);
        _opening = null;
        Fail();
    }

    /// <summary>The commit failed: nobody waits any more.</summary>
    public void Fail()
    {
        _raise = null;
        _demand = 0;
        _needed = 0;
    }

    private long Close(long used)
    {
        long leased = Window.SetLease(used);
        IsClosing = false;
        IsClosed = leased == used;
        return leased;
    }

    private long Adapt()
    {
        long taken = Window.Taken;
        long leased = Window.Leased;
        long target = Target(taken);
        if (target > leased && (_demand > 0 || leased - taken < _slack / 2))
        {
            _raise = target;
            return target;
        }

        long limit = Math.Max(Window.Budget.Limit, taken);
        if (leased > limit || leased - taken > Times(_slack, Ahead))
            return Window.SetLease(Math.Min(limit, Sum(taken, _slack)));
        return Math.Max(leased, taken);
    }

    /// <summary>How far to lease: somewhat further than is used, never beyond the limit, and never below what is used.</summary>
    private long Target(long taken)
    {
        long limit = Window.Budget.Limit;
        long grown = Math.Max(0, taken - _seen);

        // Those who wait take what they wait for as soon as they have it: that is not one more growth.
        _seen = Sum(taken, _demand);
        long wanted = Math.Max(Times(grown, Ahead), Times(_demand, 2));
        _slack = Math.Max(Math.Max(wanted, _slack - (_slack / 8)), Math.Max(1, limit / LeastParts));
        return Math.Max(taken, Math.Min(limit, Math.Max(_needed, Sum(taken, _slack))));
    }

    private static long Sum(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;

    private static long Times(long amount, long factor) => amount > long.MaxValue / factor ? long.MaxValue : amount * factor;
}

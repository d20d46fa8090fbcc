using System;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>
/// One window of one budget: what is used up in it, in one word that is only ever changed by compare-and-swap. An exchange belongs to the
/// window in which it began, to its end, so that every window's ceiling holds and no amount is counted in two of them.
/// </summary>
public sealed class BudgetWindow : ITouched<BudgetWindow>
{
    private long _taken;
    private long _settled;
    private long _forfeited;
    private long _leased;
    private long _openedAt;
    private int _touched;
    private int _opening;
    private volatile bool _open;

    /// <param name="budget">The budget.</param>
    /// <param name="start">Where the window begins, in Unix milliseconds.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="now">The moment of its first use.</param>
    internal BudgetWindow(BudgetState budget, long start, long end, long now)
    {
        Budget = budget;
        Start = start;
        End = end;
        _openedAt = now;
    }

    /// <summary>The budget it is a window of.</summary>
    public BudgetState Budget { get; }

    /// <summary>Its first moment, in Unix milliseconds; 0 for a budget without windows.</summary>
    public long Start { get; }

    /// <summary>The first moment behind it; <see cref="long.MaxValue"/> for a budget without windows.</summary>
    public long End { get; }

    /// <summary>What exchanges that have ended used up, those of earlier processes included.</summary>
    public long Settled => Interlocked.Read(ref _settled);

    /// <summary>What a process that died may have used up beyond what it had written down.</summary>
    public long Forfeited => Interlocked.Read(ref _forfeited);

    /// <summary>All that is not free any more: settled, forfeited, and set aside for exchanges under way.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>What is set aside for exchanges under way.</summary>
    public long Reserved => Math.Max(0, Taken - Settled - Forfeited);

    /// <summary>How far <see cref="Taken"/> may go without another word to the ledger.</summary>
    public long Leased => Interlocked.Read(ref _leased);

    /// <summary>When the window was first used, in Unix milliseconds, also by an earlier process.</summary>
    public long OpenedAt => Interlocked.Read(ref _openedAt);

    /// <summary>Whether what earlier processes used up is known.</summary>
    public bool IsOpen => _open;

    /// <inheritdoc/>
    public BudgetWindow? NextTouched { get; set; }

    /// <summary>Takes an amount, if limit and lease have room for it.</summary>
    /// <param name="amount">0 or more.</param>
    public BudgetTake TryTake(long amount)
    {
        while (true)
        {
            long taken = Interlocked.Read(ref _taken);
            if (!_open)
                return BudgetTake.LeaseShort;
            if (amount > Budget.Limit - taken)
                return BudgetTake.LimitReached;
            if (amount > Interlocked.Read(ref _leased) - taken)
                return BudgetTake.LeaseShort;
            if (Interlocked.CompareExchange(ref _taken, taken + amount, taken) != taken)
                continue;

            // The lease may have been lowered since it was read. Its owner lowers it first and looks at what is taken second.
            if (taken + amount <= Interlocked.Read(ref _leased))
                return BudgetTake.Taken;
            Interlocked.Add(ref _taken, -amount);
            return BudgetTake.LeaseShort;
        }
    }

    /// <summary>Gives back what was taken, or part of it.</summary>
    internal void Return(long amount) => Interlocked.Add(ref _taken, -amount);

    /// <summary>Puts what was used up in the place of what was set aside for it. More may have been used than set aside.</summary>
    internal void Settle(long reserved, long actual)
    {
        // Settled first: what is reserved may look too small for a moment, and never like room that is not there.
        if (actual != 0)
            Interlocked.Add(ref _settled, actual);
        if (actual != reserved)
            Interlocked.Add(ref _taken, actual - reserved);
    }

    /// <summary>Whether the caller is the one who is to open the window: the first who asks.</summary>
    public bool TryBeginOpening() => Interlocked.Exchange(ref _opening, 1) == 0;

    /// <summary>Opens the window with what the ledger knows of it. Called once, by the ledger, with the first lease.</summary>
    /// <param name="settled">What earlier processes settled.</param>
    /// <param name="forfeited">What they may have used up beyond it.</param>
    /// <param name="openedAt">When the window was first used, in Unix milliseconds.</param>
    /// <param name="leased">How far this process may go, all of the above included.</param>
    public void Open(long settled, long forfeited, long openedAt, long leased)
    {
        if (_open)
            throw new InvalidOperationException("The window is open already.");

        Interlocked.Exchange(ref _settled, settled);
        Interlocked.Exchange(ref _forfeited, forfeited);
        Interlocked.Exchange(ref _openedAt, openedAt);
        Interlocked.Exchange(ref _taken, settled + forfeited);
        Interlocked.Exchange(ref _leased, leased);
        _open = true;
    }

    /// <summary>Sets how far the process may go. One that raises it has to have made the new lease durable before.</summary>
    /// <returns>
    /// What has to be durable: the lease, or what is taken already when that is more. One that lowers it makes this durable afterwards.
    /// </returns>
    public long SetLease(long leased)
    {
        Interlocked.Exchange(ref _leased, leased);
        return Math.Max(leased, Taken);
    }

    /// <summary>Whether it is marked. Whoever has changed it and finds the mark need not tell anybody (<see cref="TryMarkTouched"/>).</summary>
    internal bool IsTouched => Volatile.Read(ref _touched) != 0;

    /// <inheritdoc/>
    public bool TryMarkTouched() => !IsTouched && Interlocked.Exchange(ref _touched, 1) == 0;

    /// <inheritdoc/>
    public void ClearTouched() => Interlocked.Exchange(ref _touched, 0);
}

/// <summary>What came of taking an amount.</summary>
public enum BudgetTake : byte
{
    /// <summary>It is taken.</summary>
    Taken,

    /// <summary>The budget has no room for it.</summary>
    LimitReached,

    /// <summary>The budget may have room for it, but the ledger has to be told first.</summary>
    LeaseShort,
}

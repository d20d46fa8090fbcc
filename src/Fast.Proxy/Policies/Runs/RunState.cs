using System;
using System.Text;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Tools.Loops;

namespace Fast.Proxy.Policies.Runs;

/// <summary>One run of one key: what it has used up, and whose child it is.</summary>
public sealed class RunState : ITouched<RunState>
{
    private const long Evicted = -1;

    /// <summary>A child in <see cref="_uses"/>, whose lower half counts exchanges under way.</summary>
    private const long OneChild = 1L << 32;

    /// <summary>A hold of the ledger's in the same word: one while the run is in its list, another while it is being written.</summary>
    private const long OneHold = 1L << 60;

    private readonly long _begunAt;
    private long _lastUsedAt;
    private long _requests;
    private long _toolCalls;
    private long _cost;
    private long _tokens;
    private long _uses;
    private int _touched;
    private bool _isAnnounced;

    internal RunState(string key, string id, RunState? parent, RunTemplate template, long now, StoredRun? stored)
    {
        Id = id;
        IdBytes = Encoding.ASCII.GetBytes(id);
        Parent = parent;
        Depth = parent is null ? 1 : parent.Depth + 1;
        _begunAt = _lastUsedAt = now;
        if (stored is not null)
        {
            _begunAt = stored.BegunAt;
            (_requests, _toolCalls, _tokens, _cost) = (stored.Requests, stored.ToolCalls, stored.Tokens, stored.Cost);
            _isAnnounced = true;
        }

        Account = new AccountState(AccountKind.Run, $"{key}/{id}");
        Account.Update(template.Budgets);
        Repeats = template.Repeats > 0 ? new RepeatCounter(stored?.Repeats) : null;
        if (template.Parallel > 0)
            Account.Limits.Update(null, null, template.Parallel, default);
    }

    /// <summary>Its name among the runs of its key.</summary>
    public string Id { get; }

    /// <summary>The same as bytes; it is visible ASCII.</summary>
    internal byte[] IdBytes { get; }

    /// <summary>The run it is a part of.</summary>
    public RunState? Parent { get; }

    /// <summary>Its generation; 1 for a run that is nobody's child.</summary>
    public int Depth { get; }

    /// <summary>When it was first used, in Unix milliseconds, also by an earlier process.</summary>
    public long BegunAt
    {
        get
        {
            long begun = _begunAt;
            foreach (BudgetState budget in Account.Budgets)
            {
                if (budget.Current is { IsOpen: true } window)
                    begun = System.Math.Min(begun, window.OpenedAt);
            }

            return begun;
        }
    }

    /// <summary>When it was last used, in Unix milliseconds.</summary>
    public long LastUsedAt => Interlocked.Read(ref _lastUsedAt);

    /// <summary>Its budgets.</summary>
    public AccountState Account { get; }

    /// <summary>How often it made which call; null when nobody wants to know.</summary>
    internal RepeatCounter? Repeats { get; }

    /// <summary>Most bytes that <see cref="SaveRepeats"/> writes.</summary>
    public const int RepeatsBytesMax = RepeatCounter.StoredBytesMax;

    /// <summary>Writes how often it made its most frequent calls, for <see cref="StoredRun.Repeats"/>.</summary>
    /// <param name="destination">At least <see cref="RepeatsBytesMax"/> bytes.</param>
    /// <returns>Bytes written; 0 when there is nothing to keep.</returns>
    public int SaveRepeats(Span<byte> destination) => Repeats?.Save(destination) ?? 0;

    /// <summary>Exchanges that have ended, those of earlier processes included; so are all of the totals.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Calls of tools in their answers.</summary>
    public long ToolCalls => Interlocked.Read(ref _toolCalls);

    /// <summary>What they cost, in nano-dollars.</summary>
    public long Cost => Interlocked.Read(ref _cost);

    /// <summary>Their tokens.</summary>
    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>Exchanges under way.</summary>
    public int UnderWay => (int)Interlocked.Read(ref _uses);

    /// <inheritdoc/>
    public RunState? NextTouched { get; set; }

    /// <summary>Whether it was forgotten.</summary>
    public bool IsForgotten => Interlocked.Read(ref _uses) == Evicted;

    /// <summary>Whether nothing but the ledger, which has yet to write it down, keeps it from being forgotten.</summary>
    internal bool IsUnwritten => Interlocked.Read(ref _uses) is > 0 and long uses && IsIdle(uses);

    /// <summary>Whether the ledger was told that there is the run.</summary>
    internal bool IsAnnounced
    {
        get => Volatile.Read(ref _isAnnounced);
        set => Volatile.Write(ref _isAnnounced, value);
    }

    /// <summary>Whether it is marked. Whoever has changed it and finds the mark need not tell anybody (<see cref="TryMarkTouched"/>).</summary>
    internal bool IsTouched => Volatile.Read(ref _touched) != 0;

    /// <inheritdoc/>
    public bool TryMarkTouched()
    {
        if (IsTouched || Interlocked.Exchange(ref _touched, 1) != 0)
            return false;

        Interlocked.Add(ref _uses, OneHold);
        return true;
    }

    /// <summary>Takes the mark away, not the hold that came with it: whoever takes the run out of the list lets go of it.</summary>
    public void ClearTouched() => Interlocked.Exchange(ref _touched, 0);

    /// <summary>Gives a hold of the ledger's back: the run is written down, or held a second time.</summary>
    public void LetGo()
    {
        long uses = Interlocked.Read(ref _uses);
        while (uses != Evicted)
        {
            long seen = Interlocked.CompareExchange(ref _uses, uses - OneHold, uses);
            if (seen == uses)
                return;

            uses = seen;
        }
    }

    /// <summary>Begins an exchange of the run, which then cannot be forgotten.</summary>
    /// <returns>False when the run was forgotten at this very moment.</returns>
    internal bool TryEnter(long now)
    {
        if (!TryUse(1))
            return false;

        Interlocked.Exchange(ref _lastUsedAt, now);
        return true;
    }

    /// <summary>Counts what an exchange of the run has used up.</summary>
    internal void Count(in Amounts used)
    {
        Add(ref _requests, used.Requests);
        Add(ref _toolCalls, used.ToolCalls);
        Add(ref _cost, used.Usd);
        Add(ref _tokens, used.Tokens);
    }

    /// <summary>Ends an exchange of the run.</summary>
    internal void Leave() => Interlocked.Decrement(ref _uses);

    /// <summary>
    /// Takes a child, without which the run then cannot be forgotten: a child whose parent was forgotten could never be entered again.
    /// </summary>
    /// <returns>False when the run was forgotten at this very moment.</returns>
    internal bool TryAdopt() => TryUse(OneChild);

    /// <summary>A child was forgotten.</summary>
    internal void Disown() => Interlocked.Add(ref _uses, -OneChild);

    /// <summary>Forgets the run, unless an exchange of it is under way or a child of it is known.</summary>
    /// <param name="unwritten">Whether it may be forgotten before the ledger has written it down.</param>
    internal bool TryEvict(bool unwritten)
    {
        long uses = Interlocked.Read(ref _uses);
        return IsIdle(uses) && (uses == 0 || unwritten) && Interlocked.CompareExchange(ref _uses, Evicted, uses) == uses;
    }

    private static void Add(ref long total, long amount)
    {
        if (amount != 0)
            Interlocked.Add(ref total, amount);
    }

    private static bool IsIdle(long uses) => (uses & (OneHold - 1)) == 0;

    private bool TryUse(long use)
    {
        while (true)
        {
            long uses = Interlocked.Read(ref _uses);
            if (uses == Evicted)
                return false;
            if (Interlocked.CompareExchange(ref _uses, uses + use, uses) == uses)
                return true;
        }
    }
}

using System.Threading;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Tools.Loops;

namespace Fast.Proxy.Policies.Runs;

/// <summary>One run of one key: what it has used up, and whose child it is.</summary>
public sealed class RunState
{
    private const long Evicted = -1;

    /// <summary>A child in <see cref="_uses"/>, whose lower half counts exchanges under way.</summary>
    private const long OneChild = 1L << 32;

    private readonly long _begunAt;
    private long _lastUsedAt;
    private long _requests;
    private long _toolCalls;
    private long _cost;
    private long _tokens;
    private long _uses;

    internal RunState(string key, string id, RunState? parent, RunTemplate template, long now)
    {
        Id = id;
        Parent = parent;
        Depth = parent is null ? 1 : parent.Depth + 1;
        _begunAt = _lastUsedAt = now;
        Account = new AccountState(AccountKind.Run, $"{key}/{id}");
        Account.Update(template.Budgets);
        Repeats = template.Repeats > 0 ? new RepeatCounter() : null;
        if (template.Parallel > 0)
            Account.Limits.Update(null, null, template.Parallel, default);
    }

    /// <summary>Its name among the runs of its key.</summary>
    public string Id { get; }

    /// <summary>The run it is a part of.</summary>
    public RunState? Parent { get; }

    /// <summary>Its generation; 1 for a run that is nobody's child.</summary>
    public int Depth { get; }

    /// <summary>When it was first used, in Unix milliseconds: by an earlier process, as far as one of its budgets remembers.</summary>
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

    /// <summary>Exchanges that have ended since this process knows the run.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Calls of tools in their answers.</summary>
    public long ToolCalls => Interlocked.Read(ref _toolCalls);

    /// <summary>What they cost, in nano-dollars.</summary>
    public long Cost => Interlocked.Read(ref _cost);

    /// <summary>Their tokens.</summary>
    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>Exchanges under way.</summary>
    public int UnderWay => (int)Interlocked.Read(ref _uses);

    /// <summary>Begins an exchange of the run, which then cannot be forgotten.</summary>
    /// <returns>False when the run was forgotten at this very moment.</returns>
    internal bool TryEnter(long now)
    {
        if (!TryUse(1))
            return false;

        Interlocked.Exchange(ref _lastUsedAt, now);
        return true;
    }

    /// <summary>Ends an exchange of the run.</summary>
    internal void Leave(in Amounts used)
    {
        Interlocked.Add(ref _requests, used.Requests);
        Interlocked.Add(ref _toolCalls, used.ToolCalls);
        Interlocked.Add(ref _cost, used.Usd);
        Interlocked.Add(ref _tokens, used.Tokens);
        Interlocked.Decrement(ref _uses);
    }

    /// <summary>
    /// Takes a child, without which the run then cannot be forgotten: a child whose parent was forgotten could never be entered again.
    /// </summary>
    /// <returns>False when the run was forgotten at this very moment.</returns>
    internal bool TryAdopt() => TryUse(OneChild);

    /// <summary>A child was forgotten.</summary>
    internal void Disown() => Interlocked.Add(ref _uses, -OneChild);

    /// <summary>Forgets the run, unless an exchange of it is under way or a child of it is known.</summary>
    internal bool TryEvict() => Interlocked.CompareExchange(ref _uses, Evicted, 0) == 0;

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

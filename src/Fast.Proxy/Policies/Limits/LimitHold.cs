using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Proxy.Policies.Limits;

/// <summary>
/// What one exchange holds of its accounts' limits: a place among those at once, one request and its tokens of those per time. Taken of every
/// account or of none; places are given back when the exchange ends, however it does. Used again and again.
/// </summary>
internal sealed class LimitHold
{
    /// <summary>Most accounts that an exchange counts on: organisation, team, key, and a run with its parents.</summary>
    public const int AccountsMax = 3 + Runs.RunTemplate.DepthMax;

    private readonly AccountState[] _accounts = new AccountState[AccountsMax];
    private readonly Slots?[] _places = new Slots?[AccountsMax];
    private int _count;
    private long _tokens;
    private bool _taken;

    /// <summary>The account whose limit was reached, after a take that failed.</summary>
    public AccountState? Refused { get; private set; }

    /// <summary>Which of its limits.</summary>
    public LimitKind RefusedKind { get; private set; }

    /// <summary>Nanoseconds until there may be room; -1 when there never will be; 0 when nobody knows.</summary>
    public long WaitNs { get; private set; }

    /// <summary>The accounts.</summary>
    public ReadOnlySpan<AccountState> Accounts => _accounts.AsSpan(0, _count);

    /// <summary>Whether any account has a limit on tokens.</summary>
    public bool CountTokens
    {
        get
        {
            foreach (AccountState account in Accounts)
            {
                if (account.Limits.Tokens is not null)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Whether any account has a limit per time.</summary>
    public bool CountsRates
    {
        get
        {
            foreach (AccountState account in Accounts)
            {
                if (account.Limits.Tokens is not null || account.Limits.Requests is not null)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Adds an account. Done before anything is taken.</summary>
    public void CountOn(AccountState account) => _accounts[_count++] = account;

    /// <summary>Takes one request and its tokens of every account's rates, or of none.</summary>
    /// <param name="tokens">What the request is likely to need.</param>
    /// <param name="now">Nanoseconds of <see cref="SteadyClock"/>.</param>
    public bool TryTakeRates(long tokens, long now)
    {
        for (int i = 0; i < _count; i++)
        {
            LimitsState limits = _accounts[i].Limits;
            long wait = 0;
            if (limits.Requests is { } requests && !requests.TryTake(1, now, out wait))
                return Refuse(i, i, LimitKind.Requests, wait, tokens, now);
            if (limits.Tokens is { } bucket && !bucket.TryTake(tokens, now, out wait))
            {
                limits.Requests?.Correct(-1, now);
                return Refuse(i, i, LimitKind.Tokens, wait, tokens, now);
            }
        }

        (_tokens, _taken) = (tokens, true);
        return true;
    }

    /// <summary>Takes a place of every account that is not known to have one already, or none more.</summary>
    public bool TryTakePlaces()
    {
        for (int i = 0; i < _count; i++)
        {
            if (_places[i] is not null || _accounts[i].Limits.Parallel is not { } slots)
                continue;

            if (!slots.TryTake())
            {
                ReturnPlaces();
                return Refuse(0, i, LimitKind.Parallel);
            }

            _places[i] = slots;
        }

        return true;
    }

    /// <summary>
    /// Waits for the places, from the smallest account to the largest, holding those that it has: who waits for a place of a key holds none of
    /// its organisation, and the order is the same for everybody, so nobody waits in a ring.
    /// </summary>
    /// <param name="stopped">Ends it.</param>
    /// <returns>False when one had none in time; then none is held.</returns>
    public async ValueTask<bool> WaitForPlacesAsync(CancellationToken stopped)
    {
        long begun = Environment.TickCount64;
        for (int i = _count - 1; i >= 0; i--)
        {
            LimitsState limits = _accounts[i].Limits;
            if (_places[i] is not null || limits.Parallel is not { } slots)
                continue;

            TimeSpan left = limits.Queue - TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            if (slots.TryTake() || (left > TimeSpan.Zero && await slots.WaitAsync(left, stopped)))
            {
                _places[i] = slots;
                continue;
            }

            ReturnPlaces();
            Refuse(0, i, LimitKind.Parallel);
            return false;
        }

        return true;
    }

    /// <summary>Whether an exchange that finds no place may wait for one.</summary>
    public bool MayWait => Refused is { Limits.Queue.Ticks: > 0 } && RefusedKind == LimitKind.Parallel;

    /// <summary>Gives back what is held and forgets the accounts.</summary>
    /// <param name="tokens">What the exchange used in truth; -1 for nothing at all, not even a request.</param>
    public void Settle(long tokens)
    {
        ReturnPlaces();
        if (_taken)
        {
            long now = SteadyClock.NowNs;
            for (int i = 0; i < _count; i++)
            {
                _accounts[i].Limits.Tokens?.Correct(Math.Max(0, tokens) - _tokens, now);
                if (tokens < 0)
                    _accounts[i].Limits.Requests?.Correct(-1, now);
            }
        }

        Array.Clear(_accounts, 0, _count);
        (_count, _tokens, _taken) = (0, 0, false);
        Refused = null;
    }

    private bool Refuse(int taken, int refused, LimitKind kind, long waitNs = 0, long tokens = 0, long now = 0)
    {
        for (int i = 0; i < taken; i++)
        {
            _accounts[i].Limits.Requests?.Correct(-1, now);
            _accounts[i].Limits.Tokens?.Correct(-tokens, now);
        }

        (Refused, RefusedKind, WaitNs) = (_accounts[refused], kind, waitNs);
        return false;
    }

    private void ReturnPlaces()
    {
        for (int i = 0; i < _count; i++)
        {
            _places[i]?.Return();
            _places[i] = null;
        }
    }
}

/// <summary>The limits an account can have.</summary>
internal enum LimitKind : byte
{
    Requests,
    Tokens,
    Parallel,
}

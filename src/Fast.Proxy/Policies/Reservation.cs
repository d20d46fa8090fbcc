using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies;

/// <summary>
/// What is set aside for one exchange: money, tokens, requests and places, of every account that it counts on. Settled exactly once. A
/// connection has one and uses it again and again.
/// </summary>
internal sealed class Reservation
{
    private ILedger? _ledger;
    private bool _hasPlace;

    /// <summary>What is set aside in budgets.</summary>
    public BudgetHold Budgets { get; } = new();

    /// <summary>What is held of limits.</summary>
    public LimitHold Limits { get; } = new();

    /// <summary>The run that the exchange belongs to.</summary>
    public RunState? Run { get; private set; }

    /// <summary>Whether it is open: begun, and not settled yet.</summary>
    public bool IsOpen => _ledger is not null;

    /// <summary>Whether the ledger has room for the exchange's record.</summary>
    public bool HasPlace => _hasPlace;

    /// <summary>Begins, for the accounts of a key and of a run.</summary>
    /// <param name="key">The key.</param>
    /// <param name="run">The run, which the exchange has entered; null for none.</param>
    /// <param name="ledger">Where it is going to be recorded.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>False when the exchange counts on too many budgets.</returns>
    public bool TryBegin(KeySnapshot key, RunState? run, ILedger ledger, long now)
    {
        (_ledger, Run) = (ledger, run);
        _hasPlace = ledger.TryTakePlace();
        bool fits = true;

        foreach (AccountState account in key.Accounts)
            fits &= Count(account, now);
        for (RunState? one = run; one is not null; one = one.Parent)
            fits &= Count(one.Account, now);
        return fits;
    }

    /// <summary>
    /// Tells the ledger of the run and its parents, if it does not know them yet. Done before anything is leased for them: who waits for the lease
    /// waits for the commit that writes down whose child the run is, too.
    /// </summary>
    public void AnnounceRuns()
    {
        // A run is announced with its parents: behind one that is, all are. Somebody else may be at it; twice does no harm, too late would.
        for (RunState? one = Run; one is { IsAnnounced: false }; one = one.Parent)
            _ledger!.Touch(one);
        for (RunState? one = Run; one is { IsAnnounced: false }; one = one.Parent)
            one.IsAnnounced = true;
    }

    /// <summary>Settles everything.</summary>
    /// <param name="used">What was used up.</param>
    /// <param name="reachedProvider">Whether a provider was asked; else the exchange does not even count as a request.</param>
    /// <param name="record">What the ledger keeps of it.</param>
    public void Settle(in Amounts used, bool reachedProvider, in LedgerRecord record)
    {
        if (_ledger is not { } ledger)
            return;

        _ledger = null;
        Budgets.Settle(used, ledger);
        Limits.Settle(reachedProvider ? used.Tokens : -1);
        for (RunState? one = Run; one is not null; one = one.Parent)
            Leave(one, used, ledger);
        Run = null;
        if (_hasPlace && reachedProvider)
            ledger.Record(record);
        else if (_hasPlace)
            ledger.ReturnPlace();
        else if (reachedProvider)
            ledger.RecordWithoutPlace(record);
        _hasPlace = false;
    }

    private static void Leave(RunState run, in Amounts used, ILedger ledger)
    {
        // The ledger is told behind the sums, which it reads at any moment from then on, and before the run may be forgotten.
        if (used != default)
        {
            run.Count(used);
            if (!run.IsTouched)
                ledger.Touch(run);
        }

        run.Leave();
    }

    private bool Count(AccountState account, long now)
    {
        Limits.CountOn(account);
        return Budgets.TryCountOn(account, now);
    }
}

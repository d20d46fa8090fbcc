using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Tests.Support;

/// <summary>A ledger that keeps what it is told, and leases as the test says.</summary>
internal sealed class TestLedger : ILedger
{
    private int _places;

    public bool IsHealthy { get; set; } = true;

    public long Dropped => 0;

    public bool HasPlaces { get; set; } = true;

    /// <summary>How far a lease goes beyond what is needed; less than nothing: there is none.</summary>
    public long LeaseBeyond { get; set; } = long.MaxValue / 2;

    /// <summary>Places that were taken and not given back.</summary>
    public int Places => Volatile.Read(ref _places);

    public ConcurrentQueue<LedgerRecord> Records { get; } = new();

    public ConcurrentQueue<LedgerRecord> Unplaced { get; } = new();

    public bool TryTakePlace()
    {
        if (HasPlaces)
            Interlocked.Increment(ref _places);
        return HasPlaces;
    }

    public void ReturnPlace() => Interlocked.Decrement(ref _places);

    public void Record(in LedgerRecord record)
    {
        Interlocked.Decrement(ref _places);
        Records.Enqueue(record);
    }

    public void RecordWithoutPlace(in LedgerRecord record) => Unplaced.Enqueue(record);

    /// <summary>Called with each lease that is asked for.</summary>
    public Action OnLease { get; set; } = static () => { };

    public ValueTask<bool> LeaseAsync(BudgetWindow window, long needed)
    {
        OnLease();
        if (LeaseBeyond < 0)
            return new(false);
        if (window.TryBeginOpening())
            window.Open(0, 0, window.OpenedAt, needed + LeaseBeyond);
        else
            window.SetLease(needed + LeaseBeyond);
        return new(true);
    }

    public ValueTask<IReadOnlyList<StoredBudget>> ReadAsync(string account) => new(Budgets.GetValueOrDefault(account) ?? []);

    public void Touch(BudgetWindow window)
    {
    }

    /// <summary>What the ledger has of budgets, by the names of their accounts.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<StoredBudget>> Budgets { get; } = new();

    /// <summary>What the ledger has of runs, by the names of their accounts.</summary>
    public ConcurrentDictionary<string, StoredRun> Runs { get; } = new();

    /// <summary>Runs that were looked for.</summary>
    public ConcurrentQueue<string> Lookups { get; } = new();

    /// <summary>Whether runs can be looked for.</summary>
    public bool IsReadable { get; set; } = true;

    /// <summary>When a lookup ends.</summary>
    public Task LookupEnds { get; set; } = Task.CompletedTask;

    /// <summary>Whether what is touched waits for <see cref="Write"/>; else it is written at once.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Runs that are yet to be written.</summary>
    public ConcurrentQueue<RunState> Touched { get; } = new();

    public void Touch(RunState run)
    {
        if (run.TryMarkTouched())
            Touched.Enqueue(run);
        if (!IsSlow)
            Write();
    }

    /// <summary>Writes what was touched.</summary>
    public void Write()
    {
        while (Touched.TryDequeue(out RunState? run))
        {
            run.ClearTouched();
            byte[] repeats = new byte[RunState.RepeatsBytesMax];
            int length = run.SaveRepeats(repeats);
            Runs[run.Account.Path] = new StoredRun(run.Parent?.Id, run.BegunAt, run.LastUsedAt, run.Requests, run.ToolCalls, run.Tokens, run.Cost)
            {
                Repeats = length > 0 ? repeats[..length] : null,
            };
            run.LetGo();
        }
    }

    public async ValueTask<RunLookup> FindRunAsync(string account)
    {
        Lookups.Enqueue(account);
        await LookupEnds;
        return IsReadable ? new RunLookup(IsRead: true, Runs.GetValueOrDefault(account)) : default;
    }
}

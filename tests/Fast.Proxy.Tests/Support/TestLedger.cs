using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;

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

    public ValueTask<bool> LeaseAsync(BudgetWindow window, long needed)
    {
        if (LeaseBeyond < 0)
            return new(false);
        if (window.TryBeginOpening())
            window.Open(0, 0, window.OpenedAt, needed + LeaseBeyond);
        else
            window.SetLease(needed + LeaseBeyond);
        return new(true);
    }

    public ValueTask<IReadOnlyList<StoredBudget>> ReadAsync(string account) => new([]);

    public void Touch(BudgetWindow window)
    {
    }
}

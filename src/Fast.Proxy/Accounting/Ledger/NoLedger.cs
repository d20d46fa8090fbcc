using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Accounting.Ledger;

/// <summary>The ledger of a gateway that keeps no state: budgets hold as long as the process lives, and exchanges are forgotten.</summary>
public sealed class NoLedger : ILedger
{
    /// <summary>The only one there is.</summary>
    public static NoLedger Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsHealthy => true;

    /// <inheritdoc/>
    public long Dropped => 0;

    /// <inheritdoc/>
    public bool TryTakePlace() => true;

    /// <inheritdoc/>
    public void ReturnPlace()
    {
    }

    /// <inheritdoc/>
    public void Record(in LedgerRecord record)
    {
    }

    /// <inheritdoc/>
    public void RecordWithoutPlace(in LedgerRecord record)
    {
    }

    /// <inheritdoc/>
    public ValueTask<bool> LeaseAsync(BudgetWindow window, long needed)
    {
        if (window.TryBeginOpening())
            window.Open(0, 0, window.OpenedAt, long.MaxValue);

        // Somebody else may be opening it at this moment, which takes no longer than the line above.
        SpinWait wait = default;
        while (!window.IsOpen)
            wait.SpinOnce();
        return new(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredBudget>> ReadAsync(string account) => new([]);

    /// <inheritdoc/>
    public void Touch(BudgetWindow window)
    {
    }

    /// <inheritdoc/>
    public void Touch(RunState run)
    {
    }

    /// <inheritdoc/>
    public ValueTask<RunLookup> FindRunAsync(string account) => new(new RunLookup(IsRead: true, null));
}

using System.Collections.Generic;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Accounting.Ledger;

/// <summary>
/// Where exchanges, budgets and runs are kept so that they outlive the process. All members may be called from any thread; none but those that
/// end in Async waits, and none throws.
/// </summary>
public interface ILedger
{
    /// <summary>Whether what is recorded reaches the disk. While it does not, keys with budgets are refused.</summary>
    bool IsHealthy { get; }

    /// <summary>Records that were lost, because as many as fit in memory already waited for the disk.</summary>
    long Dropped { get; }

    /// <summary>
    /// Makes sure that there will be room for one more record: an exchange that may cost something takes a place before it begins. Each place
    /// is given back by exactly one call of <see cref="Record"/> or <see cref="ReturnPlace"/>.
    /// </summary>
    /// <returns>False when records wait for the disk in such numbers that no more fit in memory.</returns>
    bool TryTakePlace();

    /// <summary>Gives a place back that is not used.</summary>
    void ReturnPlace();

    /// <summary>Hands a record over to be written. Allocates nothing; takes up the place that was taken before.</summary>
    void Record(in LedgerRecord record);

    /// <summary>Hands over the record of an exchange that went ahead without a place. It is counted as lost when there is still none.</summary>
    void RecordWithoutPlace(in LedgerRecord record);

    /// <summary>
    /// Makes durable that this process may have used up more of a window than it has leased so far, and raises
    /// <see cref="BudgetWindow.Leased"/>. The first call for a window also brings back what earlier processes used up in it.
    /// </summary>
    /// <param name="window">The window.</param>
    /// <param name="needed">What <see cref="BudgetWindow.Leased"/> has to reach at least, if the budget's limit allows it.</param>
    /// <returns>False when the disk does not take it.</returns>
    ValueTask<bool> LeaseAsync(BudgetWindow window, long needed);

    /// <summary>Reads what is kept of an account's budgets. Cold.</summary>
    /// <param name="account">The account's name, as <see cref="AccountState.Path"/> has it.</param>
    ValueTask<IReadOnlyList<StoredBudget>> ReadAsync(string account);

    /// <summary>Says that a window's numbers have changed, so that the next commit writes them. Allocates nothing.</summary>
    void Touch(BudgetWindow window);

    /// <summary>
    /// Says that a run is to be written down with the next commit: its totals have changed, or it is new. Who says so has entered it. Until it is
    /// durable the run is not forgotten. Allocates nothing.
    /// </summary>
    void Touch(RunState run);

    /// <summary>Looks for a run that is not in memory. Goes on on another thread where the disk has to be asked.</summary>
    /// <param name="account">The name of its account, as <see cref="AccountState.Path"/> has it.</param>
    ValueTask<RunLookup> FindRunAsync(string account);
}

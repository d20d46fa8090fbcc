using Fast.Proxy.Policies.Budgets;

namespace Fast.Proxy.Accounting.Ledger;

/// <summary>What the ledger has of one window of one budget.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Settled">What was used up.</param>
/// <param name="Forfeited">What a process that died may have used up beyond it.</param>
/// <param name="OpenedAt">When the window was first used, in Unix milliseconds.</param>
public sealed record StoredBudget(BudgetUnit Unit, long Settled, long Forfeited, long OpenedAt);

using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Storage;

/// <summary>How long the store keeps what it knows.</summary>
internal static class StoreRetention
{
    /// <summary>Days that an exchange is kept.</summary>
    public const int ExchangeDays = 90;

    /// <summary>Days that a budget is kept after its window has ended; a run and its budgets without windows, after they were first used.</summary>
    public const int BudgetDays = 400;

    /// <summary>Budgets, or runs, that go in one transaction, so that leases do not wait for it.</summary>
    private const int BatchBudgets = 500;

    /// <summary>Blocks that do: each may be some twenty pages.</summary>
    private const int BatchBlocks = 100;

    private const long Day = 86_400_000;

    /// <summary>Deletes some of what is too old.</summary>
    /// <param name="database">To be written to.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>Rows that went; 0 when nothing is left to delete.</returns>
    public static int DeleteSome(SqliteDatabase database, long now)
    {
        int deleted = Delete(database, "block", "last < ?", now - (ExchangeDays * Day), null);
        long cutoff = now - (BudgetDays * Day);
        if (deleted > 0 || cutoff < 0)
            return deleted;

        for (BudgetPeriod period = BudgetPeriod.Minute; period < BudgetPeriod.Total; period++)
        {
            // Windows of a period do not overlap: what began before the one that holds the cutoff had ended by then.
            long start = BudgetCalendar.WindowAt(period, cutoff).Start;
            foreach (string budget in BudgetNames.AllOf(period))
                deleted += Delete(database, "budget", "window < ? AND budget = ?", start, budget);
        }

        foreach (string budget in BudgetNames.AllOf(BudgetPeriod.Total))
            deleted += Delete(database, "budget", "opened_at < ? AND budget = ? AND window = 0 AND account LIKE 'run:%'", cutoff, budget);
        return deleted + DeleteRuns(database, cutoff);
    }

    private static int DeleteRuns(SqliteDatabase database, long before)
    {
        using SqliteStatement delete = database.Prepare(
            $"DELETE FROM run WHERE account IN (SELECT account FROM run WHERE begun_at < ? LIMIT {BatchBudgets})");
        delete.Bind(1, before);
        delete.Run();
        return database.Changes();
    }

    private static int Delete(SqliteDatabase database, string table, string condition, long before, string? budget)
    {
        using SqliteStatement delete = database.Prepare(
            $"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {condition} LIMIT {(budget is null ? BatchBlocks : BatchBudgets)})");
        delete.Bind(1, before);
        if (budget is not null)
            delete.Bind(2, budget);
        delete.Run();
        return database.Changes();
    }
}

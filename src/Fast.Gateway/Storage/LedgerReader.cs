using System;
using System.Collections.Generic;
using System.IO;
using Fast.Gateway.Storage.Runs;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage;

/// <summary>Reads a store, also while a gateway writes to it. Used by one thread at a time.</summary>
internal sealed class LedgerReader : IDisposable
{
    private RunReader? _runs;

    private LedgerReader(SqliteDatabase database) => Database = database;

    /// <summary>The connection.</summary>
    public SqliteDatabase Database { get; }

    /// <summary>Opens the store of a folder.</summary>
    /// <exception cref="StoreException">There is none, or it has another version.</exception>
    public static LedgerReader Open(string folder)
    {
        string path = StateFolder.DatabaseIn(folder);
        if (!File.Exists(path))
            throw new StoreException($"{folder}: there is no store: no gateway has kept its state here.");

        SqliteDatabase database = SqliteDatabase.OpenToRead(path);
        try
        {
            StoreSchema.Require(database, path);
            return new(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The windows of an account's budgets, the latest first.</summary>
    public IReadOnlyList<BudgetRow> ReadAccount(string account)
    {
        using SqliteStatement select = Database.Prepare("""
            SELECT budget, window, settled, leased, forfeited, opened_at FROM budget WHERE account = ? ORDER BY window DESC, budget
            """);
        select.Bind(1, account);
        List<BudgetRow> rows = [];
        while (select.Step())
            rows.Add(new(account, select.Text(0)!, select.Integer(1), select.Integer(2), select.Integer(3), select.Integer(4), select.Integer(5)));
        return rows;
    }

    /// <summary>One window of a budget.</summary>
    public BudgetRow? ReadBudget(string account, string budget, long window)
    {
        using SqliteStatement select = Database.Prepare(
            "SELECT settled, leased, forfeited, opened_at FROM budget WHERE account = ? AND budget = ? AND window = ?");
        select.Bind(1, account);
        select.Bind(2, budget);
        select.Bind(3, window);
        return select.Step()
            ? new(account, budget, window, select.Integer(0), select.Integer(1), select.Integer(2), select.Integer(3))
            : null;
    }

    /// <summary>A run; null when it is not known.</summary>
    public StoredRun? FindRun(string account) => (_runs ??= new(Database)).Find(account);

    /// <inheritdoc/>
    public void Dispose()
    {
        _runs?.Dispose();
        Database.Dispose();
    }
}

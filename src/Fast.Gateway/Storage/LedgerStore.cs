using System;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Runs;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Runs;

namespace Fast.Gateway.Storage;

/// <summary>The ledger's statements, on the one connection that writes.</summary>
internal sealed class LedgerStore : IDisposable
{
    /// <summary>Bytes that the write-ahead log keeps on disk when it is empty.</summary>
    private const int LogBytes = 64 << 20;

    private readonly SqliteDatabase _database;
    private readonly BlockWriter _blocks;
    private readonly RunWriter _runs;
    private readonly SqliteStatement _readBudget;
    private readonly SqliteStatement _writeBudget;

    private LedgerStore(SqliteDatabase database)
    {
        _database = database;
        _blocks = new(database);
        _runs = new(database);
        _readBudget = database.Prepare(
            "SELECT settled, leased, forfeited, opened_at FROM budget WHERE account = ? AND budget = ? AND window = ?");
        _writeBudget = database.Prepare("""
            INSERT INTO budget (account, budget, window, settled, leased, forfeited, opened_at) VALUES (?,?,?,?,?,?,?)
            ON CONFLICT DO UPDATE SET settled = excluded.settled, leased = excluded.leased, forfeited = excluded.forfeited
            """);
    }

    /// <summary>The connection.</summary>
    public SqliteDatabase Database => _database;

    /// <summary>Opens the file, or makes it, and brings its tables up to date.</summary>
    /// <exception cref="StoreException">It is not a database, or a later program's.</exception>
    public static LedgerStore Open(string path)
    {
        SqliteDatabase database = SqliteDatabase.Open(path);
        try
        {
            // FULL: a lease that a commit promised has to be there after the power fails, too.
            database.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = {LogBytes}");
            StoreSchema.Migrate(database, path);
            ForfeitLeases(database);
            return new(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Begin()
    {
        _database.Execute("BEGIN IMMEDIATE");
        _blocks.Begin();
    }

    /// <summary>Makes durable what was written since <see cref="Begin"/>.</summary>
    /// <param name="committed">Called when it has happened, before anybody knows of it.</param>
    public void Commit(Action? committed)
    {
        _blocks.Flush();
        _database.Execute("COMMIT");
        committed?.Invoke();
        _blocks.Commit();
    }

    /// <summary>Undoes the transaction, if the error that calls for it has not done so already.</summary>
    public void Rollback()
    {
        _readBudget.Reset();
        if (_database.InTransaction)
            _database.Execute("ROLLBACK");
    }

    /// <summary>Writes something, to see whether writing works.</summary>
    public void Pulse(long now) => _database.Execute($"INSERT INTO pulse VALUES (0, {now}) ON CONFLICT DO UPDATE SET at = excluded.at");

    /// <summary>Adds a record; after a transaction that failed, the same ones have to be added first and in the same order.</summary>
    public void Add(in LedgerRecord record) => _blocks.Add(in record);

    public void WriteRun(RunState run) => _runs.Write(run);

    public BudgetRow? ReadBudget(string account, string budget, long window)
    {
        _readBudget.Bind(1, account);
        _readBudget.Bind(2, budget);
        _readBudget.Bind(3, window);
        BudgetRow? row = _readBudget.Step()
            ? new(account, budget, window, _readBudget.Integer(0), _readBudget.Integer(1), _readBudget.Integer(2), _readBudget.Integer(3))
            : null;
        _readBudget.Reset();
        return row;
    }

    public void Write(in BudgetRow row)
    {
        _writeBudget.Bind(1, row.Account);
        _writeBudget.Bind(2, row.Budget);
        _writeBudget.Bind(3, row.Window);
        _writeBudget.Bind(4, row.Settled);
        _writeBudget.Bind(5, row.Leased);
        _writeBudget.Bind(6, row.Forfeited);
        _writeBudget.Bind(7, row.OpenedAt);
        _writeBudget.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.Dispose();
        _runs.Dispose();
        _readBudget.Dispose();
        _writeBudget.Dispose();
        _database.Dispose();
    }

    /// <summary>
    /// What processes that died had leased and not given back counts as used up, also for those who only ask: a window that nobody opens
    /// again is read as it stands here.
    /// </summary>
    private static void ForfeitLeases(SqliteDatabase database)
    {
        try
        {
            database.Execute("UPDATE budget SET forfeited = leased - settled WHERE leased > settled + forfeited");
        }
        catch (StoreException)
        {
            // A full disk at start is told when something has to be written. Whoever opens a window counts its lease either way.
        }
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Sqlite;
using Fast.Gateway.Storage.Writing;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

/// <summary>A state folder of its own for a test, and what is in it.</summary>
internal sealed class TestStore : ILogger, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fast-store-").FullName;

    public string Folder => Path.Combine(_root, "state");

    public string Database => Path.Combine(Folder, "fast.db");

    public FakeClock Clock { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public SqliteLedger Open(LedgerSeams? seams = null) => SqliteLedger.Open(Folder, Clock, this, seams ?? new());

    /// <summary>A folder as a process that dies now would leave it. Nothing may be writing.</summary>
    public string CopyFolder(bool withLog = true)
    {
        string copy = Path.Combine(_root, Path.GetRandomFileName());
        Directory.CreateDirectory(copy);
        foreach (string name in withLog ? (string[])["fast.db", "fast.db-wal"] : ["fast.db"])
            File.Copy(Path.Combine(Folder, name), Path.Combine(copy, name));
        return copy;
    }

    public long Number(string sql)
    {
        using SqliteDatabase database = SqliteDatabase.OpenToRead(Database);
        return database.Number(sql);
    }

    public IReadOnlyList<LedgerRecord> Exchanges()
    {
        using LedgerReader reader = LedgerReader.Open(Folder);
        return [.. BlockTable.Read(reader.Database, null, null, Assert.Fail)];
    }

    public IReadOnlyList<BudgetRow> Rows(string account)
    {
        using LedgerReader reader = LedgerReader.Open(Folder);
        return reader.ReadAccount(account);
    }

    /// <summary>Writes to the file while no ledger has it open.</summary>
    public void Execute(string sql)
    {
        Directory.CreateDirectory(Folder);
        using SqliteDatabase database = SqliteDatabase.Open(Database);
        database.Execute(sql);
    }

    public BudgetState Budget(long limit, BudgetPeriod period = BudgetPeriod.Day, string account = "key:a")
    {
        string[] path = account.Split(':', 2);
        AccountKind kind = Enum.Parse<AccountKind>(path[0], ignoreCase: true);
        return new(new AccountState(kind, path[1]), new(BudgetUnit.Usd, limit, period));
    }

    public LedgerRecord Record(ulong id) => new() { IdLow = id, Key = "a", Endpoint = "chat/completions", EndedAt = Clock.Now };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}

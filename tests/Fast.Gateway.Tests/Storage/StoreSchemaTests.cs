using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class StoreSchemaTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly List<string> _seen = [];

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_store_without_tables_gets_them_and_keeps_what_else_is_there()
    {
        _test.Execute("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('mine')");
        await _test.Open().DisposeAsync();
        Assert.Equal(StoreSchema.Version, _test.Number("PRAGMA user_version"));
        Assert.Equal(1, _test.Number("SELECT COUNT(*) FROM note"));
        Assert.Equal(0, _test.Number("SELECT COUNT(*) FROM block"));
    }

    [Fact]
    public void Steps_are_taken_from_where_the_store_is()
    {
        _test.Execute("");
        using SqliteDatabase database = SqliteDatabase.Open(_test.Database);
        SchemaStep[] steps =
        [
            new("CREATE TABLE a (x); INSERT INTO a VALUES (1)"),
            new("ALTER TABLE a ADD COLUMN y", static database => database.Execute("UPDATE a SET y = x + 1"), "INSERT INTO a VALUES (0, 0)"),
            new("INSERT INTO a VALUES (5, 6)"),
        ];
        StoreSchema.Migrate(database, "", steps.AsSpan(0, 1));
        StoreSchema.Migrate(database, "", steps.AsSpan(0, 1));
        Assert.Equal(1, database.Number("SELECT COUNT(*) FROM a"));
        StoreSchema.Migrate(database, "", steps);
        Assert.Equal(8, database.Number("SELECT SUM(y) FROM a"));
        Assert.Equal(3, database.Number("SELECT COUNT(*) FROM a"));
        Assert.Equal(3, database.Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task Exchanges_of_a_store_of_version_1_become_blocks()
    {
        const int exchanges = 2 * BlockEncoder.RecordsMax;
        _test.Execute("");
        using (SqliteDatabase database = SqliteDatabase.Open(_test.Database))
        {
            StoreSchema.Migrate(database, "", StoreSchema.Steps[..1]);
            database.Execute($"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {exchanges})
                INSERT INTO exchange SELECT unhex('00000000000000AA' || printf('%016x', i)), {_test.Clock.Now} + i, 'o',NULL,'k','r','e',NULL,'p','u',2,
                    3,4,5,6,7,8,9,10, 11,1,0,200,'d',12,-1 FROM n;
                """);
        }

        await _test.Open().DisposeAsync();
        IEnumerable<LedgerRecord> expected = Enumerable.Range(1, exchanges).Select(i => new LedgerRecord
        {
            IdHigh = 0xAA, IdLow = (ulong)i, EndedAt = _test.Clock.Now + i, Organisation = "o", Key = "k", Run = "r", Endpoint = "e",
            Provider = "p", UpstreamModel = "u", Attempts = 2,
            Usage = new()
            {
                Input = 3, CacheRead = 4, CacheWrite = 5, CacheWriteHour = 6, AudioInput = 7, Output = 8, Reasoning = 9, AudioOutput = 10,
            },
            Cost = 11, Estimated = true, Status = 200, Decision = "d", OwnMicroseconds = 12, WholeMicroseconds = -1,
        });
        Assert.Equal(expected, _test.Exchanges());
        Assert.Equal(0, _test.Number("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'exchange%'"));
    }

    [Fact]
    public async Task A_store_of_version_2_gets_a_table_of_runs_and_keeps_the_rest()
    {
        _test.Execute("");
        using (SqliteDatabase database = SqliteDatabase.Open(_test.Database))
        {
            StoreSchema.Migrate(database, "", StoreSchema.Steps[..2]);
            using BlockWriter blocks = new(database);
            blocks.Begin();
            blocks.Add(_test.Record(7));
            blocks.Flush();
            database.Execute($"""
                INSERT INTO budget (account, budget, window, settled, leased, forfeited, opened_at) VALUES ('run:a/r', 'usd/total', 0, 100, 150, 50, {_test.Clock.Now});
                PRAGMA wal_checkpoint
                """);
        }

        await using (SqliteLedger ledger = _test.Open())
        {
            // What there is of its runs does not say whose children they are: they are not taken for nobody's.
            Assert.Equal(new RunLookup(true, null), await ledger.FindRunAsync("run:a/r"));
            Assert.Equal([new StoredBudget(BudgetUnit.Usd, 100, 50, _test.Clock.Now)], await ledger.ReadAsync("run:a/r"));
            RunState run = new RunTable("a").Make("r"u8, null, RunTemplate.Default, RunBounds.Default, _test.Clock.Now)!;
            Assert.True(run.TryEnter(_test.Clock.Now));
            ledger.Touch(run);
        }

        Assert.Equal(_test.Record(7), Assert.Single(_test.Exchanges()));
        Assert.Equal(1, _test.Number("SELECT COUNT(*) FROM run WHERE account = 'run:a/r' AND parent IS NULL"));
        Assert.Equal(StoreSchema.Version, _test.Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task Runs_of_a_store_of_version_3_go_on_without_repeats()
    {
        // One that began long ago is deleted at the first commit.
        long now = _test.Clock.Now;
        _test.Execute("");
        using (SqliteDatabase database = SqliteDatabase.Open(_test.Database))
        {
            StoreSchema.Migrate(database, "", StoreSchema.Steps[..3]);
            database.Execute($"INSERT INTO run VALUES ('run:a/r', NULL, {now}, {now}, 3, 4, 5, 6)");
        }

        await using SqliteLedger ledger = _test.Open();
        Assert.Equal(new RunLookup(true, new StoredRun(null, now, now, 3, 4, 5, 6)), await ledger.FindRunAsync("run:a/r"));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_store_as_it_was()
    {
        _test.Execute("");
        using SqliteDatabase database = SqliteDatabase.Open(_test.Database);
        Assert.Throws<StoreException>(() => StoreSchema.Migrate(database, "", [new("CREATE TABLE a (x)"), new("CREATE TABLE b (x); CREATE TABLE a (x)")]));
        Assert.Equal(0, database.Number("PRAGMA user_version"));
        Assert.Equal(0, database.Number("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('a', 'b')"));
        StoreSchema.Migrate(database, "", [new("CREATE TABLE a (x)"), new("CREATE TABLE b (x)")]);
        Assert.Equal(2, database.Number("PRAGMA user_version"));
    }

    [Fact]
    public void Who_is_killed_on_the_way_leaves_the_version_that_there_was()
    {
        _test.Execute("PRAGMA journal_mode = WAL");
        using SqliteDatabase database = SqliteDatabase.Open(_test.Database);
        SchemaStep[] steps = [new("CREATE TABLE a (x)"), new("INSERT INTO a VALUES (1)"), new("DROP TABLE a", _ => AssertOld("DROP")), new("", _ => AssertOld("last"))];
        StoreSchema.Migrate(database, "", steps.AsSpan(0, 1));
        StoreSchema.Migrate(database, "", steps);
        Assert.Equal((4, 2), (database.Number("PRAGMA user_version"), _seen.Count));

        void AssertOld(string where)
        {
            using SqliteDatabase left = SqliteDatabase.Open(StateFolder.DatabaseIn(_test.CopyFolder()));
            Assert.Equal((where, 1L, 0L), (where, left.Number("PRAGMA user_version"), left.Number("SELECT COUNT(*) FROM a")));
            _seen.Add(where);
        }
    }
}

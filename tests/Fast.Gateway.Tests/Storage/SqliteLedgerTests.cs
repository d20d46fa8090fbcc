using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class SqliteLedgerTests : IDisposable
{
    private readonly TestStore _test = new();
    private long _used;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_clean_restart_forfeits_nothing()
    {
        await using (SqliteLedger ledger = _test.Open())
        {
            BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
            Assert.True(await ledger.LeaseAsync(window, 500));
            Assert.Equal(BudgetTake.Taken, window.TryTake(500));
            window.Settle(500, 123);
            ledger.Touch(window);
        }

        Assert.Equal(
            [new BudgetRow("key:a", "usd/day", _test.Budget(1).At(_test.Clock.Now).Start, 123, 123, 0, _test.Clock.Now)], _test.Rows("key:a"));
        await using SqliteLedger second = _test.Open();
        BudgetWindow again = _test.Budget(1000).At(_test.Clock.Now);
        Assert.True(await second.LeaseAsync(again, 1));
        Assert.Equal((123, 0, 123), (again.Settled, again.Forfeited, again.Taken));
        Assert.Equal(BudgetTake.Taken, again.TryTake(1));
    }

    [Fact]
    public async Task What_is_still_set_aside_at_the_end_is_forfeited()
    {
        await using (SqliteLedger ledger = _test.Open())
        {
            BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
            await ledger.LeaseAsync(window, 500);
            window.TryTake(200);
        }

        await using SqliteLedger second = _test.Open();
        BudgetWindow again = _test.Budget(1000).At(_test.Clock.Now);
        await second.LeaseAsync(again, 1);
        Assert.Equal((0, 200), (again.Settled, again.Forfeited));
    }

    [Fact]
    public async Task What_a_dead_process_had_leased_is_forfeited_before_anybody_uses_it()
    {
        await _test.Open().DisposeAsync();
        _test.Execute("""
            INSERT INTO budget (account, budget, window, settled, leased, forfeited, opened_at) VALUES
            ('key:dead', 'usd/total', 0, 100, 700, 50, 7), ('key:closed', 'usd/total', 0, 100, 150, 50, 7)
            """);
        await using SqliteLedger ledger = _test.Open();
        Assert.Equal([new StoredBudget(BudgetUnit.Usd, 100, 600, 7)], await ledger.ReadAsync("key:dead"));
        Assert.Equal([new StoredBudget(BudgetUnit.Usd, 100, 50, 7)], await ledger.ReadAsync("key:closed"));
    }

    [Fact]
    public async Task Whoever_asks_for_a_window_at_once_is_served_by_one_commit()
    {
        using SemaphoreSlim commits = new(0);
        using ManualResetEventSlim go = new();
        int transactions = 0;
        await using SqliteLedger ledger = _test.Open(new()
        {
            OnTransaction = _ =>
            {
                Interlocked.Increment(ref transactions);
                commits.Release();
                go.Wait();
            },
        });

        // The first transaction looks for what is old; meanwhile everybody asks.
        await commits.WaitAsync();
        BudgetWindow window = _test.Budget(1_000_000).At(_test.Clock.Now);
        Task<bool>[] asking = new Task<bool>[200];
        for (int i = 0; i < asking.Length; i++)
            asking[i] = ledger.LeaseAsync(window, 100).AsTask();
        go.Set();
        Assert.DoesNotContain(false, await Task.WhenAll(asking));
        Assert.Equal(2, transactions);
        for (int i = 0; i < asking.Length; i++)
            Assert.Equal(BudgetTake.Taken, window.TryTake(100));
    }

    [Fact]
    public async Task Many_exchanges_on_few_budgets_leave_the_right_sums()
    {
        const long limit = 400_000;
        BudgetState[] budgets = [_test.Budget(limit), _test.Budget(1_000_000_000, BudgetPeriod.Total, "team:b"), _test.Budget(limit / 2, BudgetPeriod.Month, "run:a/1")];
        long[] settled = new long[budgets.Length];
        long refused = 0;
        await using (SqliteLedger ledger = _test.Open())
        {
            await RunMany(8, async worker =>
            {
                Random random = new(worker);
                for (int i = 0; i < 400; i++)
                {
                    int which = random.Next(budgets.Length);
                    BudgetWindow window = budgets[which].At(_test.Clock.Now);
                    long amount = random.Next(1, 1000);
                    if (!await TakeAsync(ledger, window, amount))
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    Assert.True(window.Taken <= budgets[which].Limit);
                    if (i % 3 == 0)
                        await Task.Yield();
                    long actual = random.Next(0, (int)amount + 1);
                    Interlocked.Add(ref settled[which], actual);
                    window.Settle(amount, actual);
                    ledger.Touch(window);
                    Assert.True(ledger.TryTakePlace());
                    ledger.Record(_test.Record((ulong)((worker * 1000) + i)) with { Cost = actual });
                }
            });
        }

        for (int i = 0; i < budgets.Length; i++)
        {
            BudgetRow row = Assert.Single(_test.Rows(budgets[i].Account.Path));
            Assert.Equal((settled[i], settled[i], 0), (row.Settled, row.Leased, row.Forfeited));
            Assert.InRange(row.Settled, 1, budgets[i].Limit);
        }

        LedgerRecord[] exchanges = [.. _test.Exchanges()];
        Assert.Equal((8 * 400) - refused, exchanges.Length);
        Assert.Equal(settled[0] + settled[1] + settled[2], exchanges.Sum(static record => record.Cost));
    }

    [Fact]
    public async Task A_process_that_dies_forgets_nothing_that_was_used()
    {
        const long limit = 3_000_000;
        ConcurrentQueue<(string Folder, long Used)> deaths = new();
        int transactions = 0;
        BudgetState budget = _test.Budget(limit);
        await using (SqliteLedger ledger = _test.Open(new()
        {
            // Nothing is being written at this moment: what is on disk is what a kill would leave.
            OnTransaction = _ =>
            {
                if (transactions++ % 5 == 2)
                    deaths.Enqueue((_test.CopyFolder(), Interlocked.Read(ref _used)));
            },
        }))
        {
            await RunMany(4, async worker =>
            {
                Random random = new(worker);
                for (int i = 0; i < 1500; i++)
                {
                    BudgetWindow window = budget.At(_test.Clock.Now);
                    long amount = random.Next(1, 1000);
                    if (!await TakeAsync(ledger, window, amount))
                        continue;
                    long actual = random.Next(0, (int)amount + 1);
                    window.Settle(amount, actual);
                    Interlocked.Add(ref _used, actual);
                    ledger.Touch(window);
                }
            });
        }

        Assert.NotEmpty(deaths);
        Assert.Contains(deaths, static death => death.Used > 0);
        foreach ((string folder, long used) in deaths)
        {
            await using SqliteLedger after = SqliteLedger.Open(folder, _test.Clock, _test);
            BudgetWindow window = _test.Budget(limit).At(_test.Clock.Now);
            Assert.True(await after.LeaseAsync(window, 1));
            Assert.InRange(window.Taken, used, limit);
            Assert.Equal(window.Taken, window.Settled + window.Forfeited);
        }
    }

    [Fact]
    public async Task A_folder_has_one_owner_until_it_lets_go()
    {
        SqliteLedger first = _test.Open();
        StoreException refused = Assert.Throws<StoreException>(() => _test.Open());
        Assert.Contains("is in use by another process", refused.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await first.DisposeAsync();
        await _test.Open().DisposeAsync();
    }

    [Fact]
    public async Task The_folder_is_for_its_owner_alone()
    {
        await _test.Open().DisposeAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_test.Folder));
    }

    [Fact]
    public async Task A_store_of_a_later_version_is_refused_and_the_folder_let_go()
    {
        _test.Execute("PRAGMA user_version = 99");
        StoreException refused = Assert.Throws<StoreException>(() => _test.Open());
        Assert.EndsWith($"a later version of Fast wrote this store (schema 99; this one knows {StoreSchema.Version}).", refused.Message, StringComparison.Ordinal);
        _test.Execute("PRAGMA user_version = 0");
        await _test.Open().DisposeAsync();
    }

    [Fact]
    public void What_is_not_a_database_is_refused()
    {
        Directory.CreateDirectory(_test.Folder);
        File.WriteAllText(_test.Database, new string('x', 5000));
        Assert.Contains("not a database", Assert.Throws<StoreException>(() => _test.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_spent_can_be_read_while_it_is_written()
    {
        await using SqliteLedger ledger = _test.Open();
        BudgetWindow window = _test.Budget(1000, BudgetPeriod.Total, "run:a/1").At(_test.Clock.Now);
        Assert.Null(ledger.ReadBudget("run:a/1", "usd/total", 0));
        await ledger.LeaseAsync(window, 10);
        Assert.Equal(window.Leased, ledger.ReadBudget("run:a/1", BudgetNames.Of(BudgetUnit.Usd, BudgetPeriod.Total), 0)!.Value.Leased);
        Assert.Single(ledger.ReadAccount("run:a/1"));
        Assert.Empty(ledger.ReadAccount("run:a/2"));
        Assert.Single(_test.Rows("run:a/1"));
    }

    [Fact]
    public async Task A_ledger_that_has_stopped_takes_nothing_more()
    {
        SqliteLedger ledger = _test.Open();
        await ledger.DisposeAsync();
        BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
        Assert.False(await ledger.LeaseAsync(window, 1));
        ledger.Touch(window);
        ledger.Record(_test.Record(1));
        Assert.Equal(1, ledger.Dropped);
    }

    private static Task RunMany(int workers, Func<int, Task> work)
    {
        Task[] running = new Task[workers];
        for (int i = 0; i < workers; i++)
        {
            int worker = i;
            running[i] = Task.Run(() => work(worker));
        }

        return Task.WhenAll(running);
    }

    private static async Task<bool> TakeAsync(SqliteLedger ledger, BudgetWindow window, long amount)
    {
        while (true)
        {
            switch (window.TryTake(amount))
            {
                case BudgetTake.Taken:
                    return true;
                case BudgetTake.LimitReached:
                    return false;
                default:
                    Assert.True(await ledger.LeaseAsync(window, window.Taken + amount));
                    break;
            }
        }
    }
}

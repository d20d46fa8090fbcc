using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Runs;

/// <summary>Runs in the store: written with the records of their exchanges, found by their names.</summary>
public sealed class RunStoreTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly Channel<bool> _health = Channel.CreateUnbounded<bool>();
    private readonly RunTable _runs = new("a");
    private volatile bool _broken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task What_a_run_has_used_up_is_found_by_the_next_process()
    {
        long now = _test.Clock.Now;
        RunState parent = Make("p", null, now - 100);
        RunState child = Make("c", parent, now - 50);
        await using (SqliteLedger ledger = _test.Open())
        {
            for (int i = 0; i < 3; i++)
                Use(ledger, child, new Amounts(10, 20, 1, 2));
            Use(ledger, parent, new Amounts(1, 1, 1, 0));
        }

        await using SqliteLedger second = _test.Open();
        Assert.Equal(new RunLookup(true, new StoredRun("p", now - 50, now, 3, 6, 60, 30)), await second.FindRunAsync("run:a/c"));
        Assert.Equal(new RunLookup(true, new StoredRun(null, now - 100, now, 4, 6, 61, 31)), await second.FindRunAsync("run:a/p"));
        Assert.Equal(new RunLookup(true, null), await second.FindRunAsync("run:b/c"));
        Assert.Equal(2, _test.Number("SELECT COUNT(*) FROM run"));
    }

    [Fact]
    public async Task A_process_that_dies_has_written_no_record_without_what_its_run_used_up()
    {
        ConcurrentQueue<string> deaths = new();
        int transactions = 0;
        await using (SqliteLedger ledger = _test.Open(new()
        {
            OnTransaction = _ =>
            {
                if (transactions++ % 3 == 1)
                    deaths.Enqueue(_test.CopyFolder());
            },
        }))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    // Most are used once: what is missing of one that others touch, too, would be written with them.
                    RunState run = Make(i % 100 == 0 ? "shared" : $"{worker}-{i}", null);
                    Assert.True(ledger.TryTakePlace());
                    Use(ledger, run, new Amounts(7, 0, 1, 0));
                    ledger.Record(_test.Record((ulong)((worker * 2000) + i)) with { Cost = 7, Run = run.Id });
                    if (i % 20 == 0)
                        await ledger.LeaseAsync(_test.Budget(1_000_000, account: $"key:{worker}-{i}").At(_test.Clock.Now), 1);
                }
            })));
        }

        Assert.NotEmpty(deaths);
        foreach (string folder in deaths.Append(_test.CopyFolder(withLog: false)))
            await AssertCoversAsync(folder);
        Assert.Equal((8000, 56_000), (_test.Number("SELECT SUM(requests) FROM run"), _test.Number("SELECT SUM(cost) FROM run")));
    }

    [Fact]
    public async Task Whose_child_a_run_is_is_as_durable_as_what_is_leased_for_it()
    {
        await using SqliteLedger ledger = _test.Open();
        RunState child = Make("c", Make("p", null), budget: new BudgetSpec(BudgetUnit.Usd, 100, BudgetPeriod.Total));
        Assert.True(child.TryEnter(_test.Clock.Now));
        ledger.Touch(child);
        Assert.True(await ledger.LeaseAsync(child.Account.Budgets[0].At(_test.Clock.Now), 10));
        await using SqliteLedger after = SqliteLedger.Open(_test.CopyFolder(), _test.Clock, _test);
        Assert.Equal("p", (await after.FindRunAsync("run:a/c")).Run!.Parent);
    }

    [Fact]
    public async Task A_run_is_held_until_it_is_durable()
    {
        using SemaphoreSlim entered = new(0);
        using SemaphoreSlim go = new(0);
        await using SqliteLedger ledger = _test.Open(new()
        {
            OnTransaction = _ =>
            {
                entered.Release();
                go.Wait();
            },
            OnCommitted = () => entered.Release(),
        });

        // The first transaction looks for what is old. It stands while the run is used.
        await entered.WaitAsync();
        RunState run = Make("r", null);
        Use(ledger, run, new Amounts(1, 1, 1, 1));
        bool before = run.IsUnwritten;
        go.Release();
        await entered.WaitAsync();
        await entered.WaitAsync();

        // Now it is being written. What it uses up meanwhile is the next commit's.
        bool during = run.IsUnwritten;
        Use(ledger, run, new Amounts(1, 1, 1, 1));
        go.Release();
        await entered.WaitAsync();
        await entered.WaitAsync();
        bool between = run.IsUnwritten;
        go.Release(100);
        await entered.WaitAsync();
        await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1);
        Assert.Equal((true, true, true, false), (before, during, between, run.IsUnwritten));
        Assert.Equal(2, (await ledger.FindRunAsync("run:a/r")).Run!.Requests);
    }

    [Fact]
    public async Task What_the_disk_refuses_is_written_later_but_for_runs_that_were_forgotten()
    {
        await using SqliteLedger ledger = _test.Open(new()
        {
            OnTransaction = _ =>
            {
                if (_broken)
                    throw new StoreException("broken");
            },
            OnHealth = healthy => _health.Writer.TryWrite(healthy),
        });
        await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1);
        RunState kept = Make("kept", null);
        RunState lost = Make("lost", null);
        _broken = true;
        Use(ledger, kept, new Amounts(1, 1, 1, 1));
        Use(ledger, lost, new Amounts(1, 1, 1, 1));
        Assert.False(await _health.Reader.ReadAsync());
        Use(ledger, kept, new Amounts(1, 1, 1, 1));
        Assert.True(kept.IsUnwritten && lost.TryEvict(unwritten: true));
        _broken = false;
        Assert.True(await _health.Reader.ReadAsync());
        await ledger.LeaseAsync(_test.Budget(5, account: "key:b").At(_test.Clock.Now), 1);
        Assert.False(kept.IsUnwritten);
        Assert.Equal(2, (await ledger.FindRunAsync("run:a/kept")).Run!.Requests);
    }

    [Fact]
    public async Task What_is_written_late_takes_nothing_back()
    {
        await using SqliteLedger ledger = _test.Open();
        StoredRun stored = new("p", _test.Clock.Now - 50, 9_000_000_000_000, 10, 10, 10, 10);
        Use(ledger, Make("r", null, stored: stored), new Amounts(1, 1, 1, 1));
        RunState stale = new RunTable("a").Make("r"u8, null, RunTemplate.Default, RunBounds.Default, _test.Clock.Now)!;
        Use(ledger, stale, new Amounts(1, 1, 1, 1));
        await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1);
        StoredRun found = (await ledger.FindRunAsync("run:a/r")).Run!;
        Assert.Equal((stored.BegunAt, 11, 11, 11, 11), (found.BegunAt, found.Requests, found.ToolCalls, found.Tokens, found.Cost));
    }

    [Fact]
    public async Task A_ledger_that_has_stopped_holds_no_run_and_knows_none()
    {
        SqliteLedger ledger = _test.Open();
        await ledger.DisposeAsync();
        RunState run = Make("r", null);
        Use(ledger, run, new Amounts(1, 1, 1, 1));
        Assert.False(run.IsUnwritten);
        Assert.Equal(default, await ledger.FindRunAsync("run:a/r"));
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_says_so()
    {
        await using SqliteLedger ledger = _test.Open();
        _test.Execute("ALTER TABLE run RENAME TO other");
        Assert.Equal(default, await ledger.FindRunAsync("run:a/r"));
    }

    [Fact]
    public async Task Who_asks_goes_on_on_another_thread()
    {
        await using SqliteLedger ledger = _test.Open();
        using ManualResetEventSlim asked = new();
        ValueTask<RunLookup> lookup = default;
        bool completed = true;

        // A thread of its own, because one of the pool could be the one that goes on.
        Thread thread = new(() =>
        {
            lookup = ledger.FindRunAsync("run:a/r");
            completed = lookup.IsCompleted && Thread.CurrentThread.IsThreadPoolThread;
            asked.Set();
        });
        thread.Start();
        asked.Wait();
        Assert.True((await lookup).IsRead);
        Assert.False(completed);
    }

    private async Task AssertCoversAsync(string folder)
    {
        Dictionary<string, long> recorded = [];
        using (LedgerReader reader = LedgerReader.Open(folder))
        {
            foreach (LedgerRecord record in Gateway.Storage.Blocks.BlockTable.Read(reader.Database, null, null, Assert.Fail))
                recorded[record.Run!] = recorded.GetValueOrDefault(record.Run!) + record.Cost;
        }

        await using SqliteLedger after = SqliteLedger.Open(folder, _test.Clock, _test);
        foreach ((string id, long cost) in recorded)
        {
            StoredRun? run = (await after.FindRunAsync($"run:a/{id}")).Run;
            Assert.True(run?.Cost >= cost, $"{id} has cost {cost}, and the run says {run}");
        }
    }

    private RunState Make(string id, RunState? parent, long? now = null, BudgetSpec? budget = null, StoredRun? stored = null) => _runs.Make(
        System.Text.Encoding.ASCII.GetBytes(id), parent, new RunTemplate { Budgets = budget is null ? [] : [budget] }, RunBounds.Default, now ?? _test.Clock.Now, stored)!;

    /// <summary>One exchange of a run.</summary>
    private void Use(SqliteLedger ledger, RunState run, Amounts used)
    {
        for (RunState? one = run; one is not null; one = one.Parent)
        {
            Assert.True(one.TryEnter(_test.Clock.Now));
            one.Count(used);
            ledger.Touch(one);
            one.Leave();
        }
    }
}

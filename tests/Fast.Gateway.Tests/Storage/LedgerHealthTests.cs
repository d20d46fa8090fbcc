using System;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class LedgerHealthTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly Channel<bool> _health = Channel.CreateUnbounded<bool>();
    private volatile bool _broken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_full_disk_keeps_records_in_memory_and_refuses_leases_until_there_is_room()
    {
        const int records = 2000;
        await using (SqliteLedger ledger = Open(database => database.Execute($"PRAGMA max_page_count = {(_broken ? 1 : int.MaxValue)}")))
        {
            _broken = true;
            BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
            for (int i = 0; i < records; i++)
            {
                Assert.True(ledger.TryTakePlace());
                ledger.Record(_test.Record((ulong)i) with { Decision = new string('d', 500) });
            }

            Assert.False(await _health.Reader.ReadAsync());
            Assert.False(ledger.IsHealthy);
            ValueTask<bool> lease = ledger.LeaseAsync(window, 1);
            Assert.True(lease.IsCompleted);
            Assert.False(await lease);
            Assert.Contains("disk is full", Assert.Single(_test.Lines), StringComparison.Ordinal);

            _broken = false;
            Assert.True(await _health.Reader.ReadAsync());
            Assert.True(ledger.IsHealthy);
            Assert.True(await ledger.LeaseAsync(window, 1));
        }

        Assert.Equal(records, _test.Exchanges().Count);
        Assert.Equal("Warning: The ledger is written again.", _test.Lines.Last());
    }

    [Fact]
    public async Task A_lease_that_the_disk_refuses_is_not_given_and_can_be_asked_for_again()
    {
        await using SqliteLedger ledger = Open(_ => Break());
        BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
        Assert.True(await ledger.LeaseAsync(_test.Budget(5, account: "key:b").At(_test.Clock.Now), 1));
        _broken = true;
        Assert.False(await ledger.LeaseAsync(window, 1));
        Assert.False(window.IsOpen);
        Assert.False(await _health.Reader.ReadAsync());

        _broken = false;
        Assert.True(await _health.Reader.ReadAsync());
        Assert.True(await ledger.LeaseAsync(window, 1));
        Assert.Equal(BudgetTake.Taken, window.TryTake(1));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_ledgers_patience_for_a_slow_disk()
    {
        using SemaphoreSlim entered = new(0);
        using ManualResetEventSlim go = new();
        await using SqliteLedger ledger = Open(_ =>
        {
            entered.Release();
            go.Wait();
        });
        await entered.WaitAsync();
        BudgetWindow window = _test.Budget(1000).At(_test.Clock.Now);
        Task<bool> lease = ledger.LeaseAsync(window, 1).AsTask();
        (bool IsHealthy, bool IsCompleted) before = (ledger.IsHealthy, lease.IsCompleted);
        _test.Clock.Advance(TimeSpan.FromSeconds(2));
        bool healthyAfter = ledger.IsHealthy;
        ValueTask<bool> second = ledger.LeaseAsync(window, 1);
        bool secondWaited = !second.IsCompleted;

        // What is asserted from here on does not leave the disk stuck when it fails.
        go.Set();
        Assert.Equal((true, false), before);
        Assert.False(await lease);
        Assert.False(healthyAfter);
        Assert.False(secondWaited);
        Assert.False(await second);
        while (!ledger.IsHealthy)
            await Task.Yield();
        Assert.True(await ledger.LeaseAsync(window, 1));
    }

    [Fact]
    public async Task What_cannot_be_written_at_the_end_is_told()
    {
        SqliteLedger ledger = Open(_ => Break());
        Assert.True(await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1));
        _broken = true;
        for (ulong i = 0; i < 3; i++)
        {
            Assert.True(ledger.TryTakePlace());
            ledger.Record(_test.Record(i));
        }

        await ledger.DisposeAsync();
        Assert.Contains(
            "Error: 3 exchanges are missing in the ledger: it could not be written before the end of the process.", _test.Lines);
    }

    [Fact]
    public async Task Records_that_wait_have_room_up_to_the_capacity_and_what_is_beyond_is_counted_and_told()
    {
        const int capacity = 16;
        SqliteLedger ledger = Open(_ => Break(), capacity);
        Assert.True(await ledger.LeaseAsync(_test.Budget(5).At(_test.Clock.Now), 1));
        _broken = true;
        for (ulong i = 0; i < capacity; i++)
        {
            Assert.True(ledger.TryTakePlace());
            ledger.Record(_test.Record(i));
        }

        Assert.False(await _health.Reader.ReadAsync());
        Assert.False(ledger.TryTakePlace());
        ledger.RecordWithoutPlace(_test.Record(100));
        ledger.RecordWithoutPlace(_test.Record(101));
        Assert.Equal(2, ledger.Dropped);

        _broken = false;
        Assert.True(await _health.Reader.ReadAsync());
        BudgetWindow window = _test.Budget(5, account: "key:b").At(_test.Clock.Now);
        Assert.True(await ledger.LeaseAsync(window, 1));
        Assert.True(ledger.TryTakePlace());
        ledger.RecordWithoutPlace(_test.Record(102));
        ledger.ReturnPlace();
        await ledger.DisposeAsync();
        Assert.Equal(capacity + 1, _test.Exchanges().Count);
        Assert.Contains(_test.Lines, static line => line.StartsWith("Error: 2 exchanges are missing in the ledger, 2 of them new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Places_are_taken_by_exchanges_under_way_too()
    {
        await using SqliteLedger ledger = _test.Open(new() { Capacity = 2 });
        Assert.True(ledger.TryTakePlace());
        Assert.True(ledger.TryTakePlace());
        Assert.False(ledger.TryTakePlace());
        ledger.ReturnPlace();
        Assert.True(ledger.TryTakePlace());
        Assert.False(ledger.TryTakePlace());
    }

    [Fact]
    public async Task Half_of_the_room_is_written_at_once_and_waits_for_nobody()
    {
        Channel<bool> commits = Channel.CreateUnbounded<bool>();
        await using SqliteLedger ledger = _test.Open(new()
        {
            Capacity = 8,
            Gathering = Timeout.InfiniteTimeSpan,
            OnCommitted = () => commits.Writer.TryWrite(true),
        });

        // Behind it the writer has nothing of its own to do, and would write nothing without being asked.
        Assert.True(await ledger.LeaseAsync(_test.Budget(1000).At(_test.Clock.Now), 1));

        // A round of the writer that began before may have taken some of them: then half of the room is taken with as many more.
        int recorded = 0;
        int written = 0;
        do
        {
            for (; recorded - written < 4; recorded++)
            {
                Assert.True(ledger.TryTakePlace());
                ledger.Record(_test.Record((ulong)recorded));
            }

            await commits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            written = _test.Exchanges().Count;
        }
        while (written < recorded);
    }

    private SqliteLedger Open(Action<SqliteDatabase> onTransaction, int capacity = 8192) => _test.Open(new()
    {
        Capacity = capacity,
        OnTransaction = onTransaction,
        OnHealth = healthy => _health.Writer.TryWrite(healthy),
    });

    private void Break()
    {
        if (_broken)
            throw new StoreException("broken");
    }
}

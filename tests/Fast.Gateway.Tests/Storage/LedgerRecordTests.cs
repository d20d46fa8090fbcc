using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class LedgerRecordTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Every_member_of_a_record_is_kept()
    {
        LedgerRecord record = new()
        {
            IdHigh = 0x0102030405060708, IdLow = 0xF1F2F3F4F5F6F7F8, EndedAt = _test.Clock.Now, Organisation = "o", Team = "t", Key = "k", Run = "r",
            Endpoint = "e", Model = "m", Provider = "p", UpstreamModel = new string('ü', 1000), Attempts = 2,
            Usage = new()
            {
                Input = 3, CacheRead = 4, CacheWrite = 5, CacheWriteHour = 6, AudioInput = 7, Output = 8, Reasoning = 9, AudioOutput = 10,
            },
            Cost = 11, Estimated = true, Priced = false, Status = 200, Decision = "d", OwnMicroseconds = 12, WholeMicroseconds = -1,
        };
        LedgerRecord empty = default(LedgerRecord) with { EndedAt = _test.Clock.Now, Priced = true };
        await using (SqliteLedger ledger = _test.Open(new()))
        {
            Put(ledger, record);
            Put(ledger, empty);
        }

        Assert.Equal([record, empty], _test.Exchanges());
    }

    [Fact]
    public async Task A_commit_that_happened_although_it_failed_is_not_written_twice()
    {
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (SqliteLedger ledger = _test.Open(new()
        {
            OnCommitted = () =>
            {
                if (_test.Number("SELECT COUNT(*) FROM block") > 0 && failed.TrySetResult())
                    throw new StoreException("The disk went away when it had written.");
            },
        }))
        {
            Put(ledger, _test.Record(1));
            Put(ledger, _test.Record(2));
            await failed.Task;
            Put(ledger, _test.Record(3));
        }

        Assert.Equal([1UL, 2, 3], _test.Exchanges().Select(static record => record.IdLow));

        // And the next process goes on behind it.
        await using (SqliteLedger ledger = _test.Open())
            Put(ledger, _test.Record(4));
        Assert.Equal([1UL, 2, 3, 4], _test.Exchanges().Select(static record => record.IdLow));
    }

    [Fact]
    public async Task Recording_and_touching_allocate_nothing()
    {
        Assert.SkipWhen(
            typeof(SqliteLedger).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true },
            "Allocations are counted in Release builds.");
        const int times = 1000;
        await using SqliteLedger ledger = _test.Open();
        BudgetWindow window = _test.Budget(long.MaxValue / 2).At(_test.Clock.Now);
        Assert.True(await ledger.LeaseAsync(window, 1_000_000));
        LedgerRecord record = _test.Record(1);
        for (int i = 0; i < times; i++)
            Exchange(ledger, window, ref record);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
            Exchange(ledger, window, ref record);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal(0, ledger.Dropped);
    }

    [Fact]
    public async Task What_is_too_old_goes_when_the_ledger_starts()
    {
        await _test.Open().DisposeAsync();
        string old = (_test.Clock.Now - (91 * 86_400_000L)).ToString(CultureInfo.InvariantCulture);
        string young = (_test.Clock.Now - (89 * 86_400_000L)).ToString(CultureInfo.InvariantCulture);
        _test.Execute(Blocks(old, 240) + Blocks(young, 7));

        TaskCompletionSource cleaned = new();
        int transactions = 0;
        await using (_test.Open(new()
        {
            // 100 at a time: three batches, and a fourth that finds nothing.
            OnTransaction = _ =>
            {
                if (++transactions == 4)
                    cleaned.SetResult();
            },
        }))
            await cleaned.Task;
        Assert.Equal(7, _test.Number("SELECT COUNT(*) FROM block"));
    }

    private static string Blocks(string last, int count) => $"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO block (first, last, records, bytes) SELECT {last} - 1, {last}, 0, x'01' FROM n;
        """;

    private static void Put(SqliteLedger ledger, in LedgerRecord record)
    {
        Assert.True(ledger.TryTakePlace());
        ledger.Record(in record);
    }

    private static void Exchange(SqliteLedger ledger, BudgetWindow window, ref LedgerRecord record)
    {
        if (!ledger.TryTakePlace() || window.TryTake(10) != BudgetTake.Taken)
            throw new InvalidOperationException("There has to be room.");
        window.Settle(10, 9);
        ledger.Touch(window);
        record.IdLow++;
        ledger.Record(in record);
    }
}

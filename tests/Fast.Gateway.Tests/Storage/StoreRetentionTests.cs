using System;
using System.Linq;
using System.Text;
using Fast.Gateway.Storage;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class StoreRetentionTests : IDisposable
{
    private const long Day = 86_400_000;

    private readonly TestStore _test = new();
    private readonly StateFolder _folder;
    private readonly LedgerStore _store;

    public StoreRetentionTests()
    {
        _folder = StateFolder.Take(_test.Folder);
        _store = LedgerStore.Open(_test.Database);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _test.Dispose();
    }

    [Theory]
    [InlineData("minute")]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("month")]
    public void Windows_go_that_ended_too_long_ago(string name)
    {
        BudgetPeriod period = Enum.Parse<BudgetPeriod>(name, ignoreCase: true);
        long cutoff = _test.Clock.Now - (StoreRetention.BudgetDays * Day);
        long current = BudgetCalendar.WindowAt(period, cutoff).Start;
        long before = BudgetCalendar.WindowAt(period, current - 1).Start;
        Write("key:a", period, before, before);
        Write("key:a", period, current, current);
        Clean();
        Assert.Equal([current], _test.Rows("key:a").Select(static row => row.Window));
    }

    [Fact]
    public void Budgets_without_windows_stay_except_those_of_old_runs()
    {
        long old = _test.Clock.Now - (StoreRetention.BudgetDays * Day) - 1;
        Write("key:a", BudgetPeriod.Total, 0, old);
        Write("run:a/old", BudgetPeriod.Total, 0, old);
        Write("run:a/new", BudgetPeriod.Total, 0, old + 1);
        Clean();
        Assert.Single(_test.Rows("key:a"));
        Assert.Empty(_test.Rows("run:a/old"));
        Assert.Single(_test.Rows("run:a/new"));
    }

    [Fact]
    public void Runs_go_that_began_too_long_ago()
    {
        long old = _test.Clock.Now - (StoreRetention.BudgetDays * Day) - 1;
        RunTable runs = new("a");
        for (int i = 0; i < 1200; i++)
            _store.WriteRun(runs.Make(Encoding.ASCII.GetBytes($"{i}"), null, RunTemplate.Default, RunBounds.Default, old)!);
        _store.WriteRun(runs.Make("new"u8, null, RunTemplate.Default, RunBounds.Default, old + 1)!);
        Clean();
        Assert.Equal(1, _test.Number("SELECT COUNT(*) FROM run WHERE account = 'run:a/new'"));
        Assert.Equal(1, _test.Number("SELECT COUNT(*) FROM run"));
    }

    private void Write(string account, BudgetPeriod period, long window, long openedAt) =>
        _store.Write(new(account, BudgetNames.Of(BudgetUnit.Tokens, period), window, 1, 1, 0, openedAt));

    private void Clean()
    {
        while (StoreRetention.DeleteSome(_store.Database, _test.Clock.Now) > 0)
        {
            // As often as there is something.
        }
    }
}

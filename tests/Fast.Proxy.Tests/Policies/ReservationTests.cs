using System;
using System.Linq;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

public sealed class ReservationTests
{
    private readonly AccountState _account = TestPolicy.Account(AccountKind.Key,
        new BudgetSpec(BudgetUnit.Usd, 1000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, 10, BudgetPeriod.Day));

    private readonly RunTemplate _template = new() { Budgets = [new(BudgetUnit.Usd, 100, BudgetPeriod.Total)], Parallel = 2 };
    private readonly RunTable _runs = new("k");
    private readonly TestLedger _ledger = new();
    private readonly RunState _parent;
    private readonly RunState _child;
    private readonly KeySnapshot _key;

    public ReservationTests()
    {
        _account.Limits.Update(new Rate(5, 60_000), new Rate(1000, 60_000), 3, TimeSpan.Zero);
        _parent = _runs.Make("p"u8, null, _template, RunBounds.Default, 1)!;
        _child = _runs.Make("c"u8, _parent, _template, RunBounds.Default, 1)!;
        _key = new KeySnapshot("k", ModelRule.All, []) { Accounts = [_account] };
        foreach (AccountState account in (AccountState[])[_account, _parent.Account, _child.Account])
        {
            foreach (BudgetState budget in account.Budgets)
                TestPolicy.Opened(budget);
        }
    }

    [Fact]
    public void It_is_settled_once_and_a_second_time_changes_nothing()
    {
        Reservation reservation = Begin();
        Assert.Equal(BudgetTake.Taken, reservation.Budgets.TryTake(new Amounts(60, 500, 1, 0)));
        Assert.Equal((60, 60, 60), (Spent(_account), Spent(_parent.Account), Spent(_child.Account)));
        Assert.Equal((1, 1, 1), (Used(_account), Used(_parent.Account), Used(_child.Account)));
        for (int i = 0; i < 3; i++)
        {
            reservation.Settle(new Amounts(40, 300, 1, 2), reachedProvider: true, new LedgerRecord { Key = "k" });
            Assert.False(reservation.IsOpen);
            Assert.Equal((40, 40, 40), (Spent(_account), Spent(_parent.Account), Spent(_child.Account)));
            Assert.Equal((0, 0, 0), (Used(_account), Used(_parent.Account), Used(_child.Account)));
            Assert.Equal((1, 2, 40, 300, 0), (_parent.Requests, _parent.ToolCalls, _parent.Cost, _parent.Tokens, _parent.UnderWay));
            Assert.Equal((1, 0), (_child.Requests, _child.UnderWay));
            Assert.Equal((1, 0), (_ledger.Records.Count, _ledger.Places));
        }
    }

    [Fact]
    public void What_reached_no_provider_leaves_no_trace()
    {
        Reservation reservation = Begin();
        Assert.Equal(BudgetTake.Taken, reservation.Budgets.TryTake(new Amounts(60, 500, 1, 0)));
        reservation.Settle(default, reachedProvider: false, default);
        Assert.Equal((0, 0, 0), (Spent(_account), Spent(_parent.Account), Used(_account)));
        Assert.Equal(0, _account.Budgets[1].Current!.Taken);
        Assert.Equal((0, 0, 0), (_ledger.Records.Count, _ledger.Places, _child.Requests));
        Assert.Equal((5, 1000), Remaining());
    }

    [Fact]
    public void Runs_are_announced_once_and_written_down_with_every_exchange()
    {
        Reservation reservation = Begin();
        Assert.Empty(_ledger.Runs);
        reservation.AnnounceRuns();
        Assert.Equal(new StoredRun("p", 1, 1, 0, 0, 0, 0), _ledger.Runs["run:k/c"]);
        Assert.Equal(new StoredRun(null, 1, 1, 0, 0, 0, 0), _ledger.Runs["run:k/p"]);
        _ledger.Runs.Clear();
        reservation.AnnounceRuns();
        Assert.Empty(_ledger.Runs);
        _ledger.IsSlow = true;
        reservation.Settle(new Amounts(40, 300, 1, 2), reachedProvider: true, new LedgerRecord { Key = "k" });

        // Both are kept in memory until it has happened, though nobody uses them.
        Assert.Equal((2, true), (_ledger.Touched.Count, _child.IsUnwritten));
        _ledger.Write();
        Assert.Equal((new StoredRun("p", 1, 1, 1, 2, 300, 40), new StoredRun(null, 1, 1, 1, 2, 300, 40)), (_ledger.Runs["run:k/c"], _ledger.Runs["run:k/p"]));
        Assert.False(_child.IsUnwritten);
    }

    [Fact]
    public void A_run_that_asked_nobody_is_not_written_down()
    {
        Begin().Settle(default, reachedProvider: false, default);
        Assert.Empty(_ledger.Runs);
    }

    [Fact]
    public void Rates_are_settled_with_the_truth()
    {
        Reservation reservation = Begin();
        reservation.Settle(new Amounts(1, 700, 1, 0), reachedProvider: true, default);
        (long requests, long tokens) = Remaining();
        Assert.Equal(4, requests);
        Assert.InRange(tokens, 300, 999);
    }

    [Fact]
    public void Without_a_place_in_the_ledger_the_record_goes_without_one()
    {
        _ledger.HasPlaces = false;
        Reservation reservation = Begin();
        Assert.False(reservation.HasPlace);
        reservation.Settle(default, reachedProvider: true, new LedgerRecord { Key = "k" });
        Assert.Equal((0, 1, 0), (_ledger.Records.Count, _ledger.Unplaced.Count, _ledger.Places));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Places_and_money_come_back_in_any_order(int first, int second, int third)
    {
        // Two in the child, of which its parent may have two at once, and one in no run.
        Reservation[] all = [Begin(), Begin(), Begin(inRun: false)];
        Reservation refused = new();
        Assert.True(_child.TryEnter(1) && _parent.TryEnter(1));
        Assert.True(refused.TryBegin(_key, _child, _ledger, 1));
        Assert.False(refused.Limits.TryTakePlaces());
        Assert.Same(_account, refused.Limits.Refused);
        refused.Settle(default, reachedProvider: false, default);
        Assert.Equal((3, 2, 2), (Used(_account), Used(_parent.Account), Used(_child.Account)));

        foreach (Reservation one in all)
            Assert.Equal(BudgetTake.Taken, one.Budgets.TryTake(new Amounts(30, 10, 1, 0)));
        foreach (int one in (int[])[first, second, third])
            all[one].Settle(new Amounts(7, 10, 1, 0), reachedProvider: true, default);
        Assert.Equal((0, 0, 0), (Used(_account), Used(_parent.Account), Used(_child.Account)));
        Assert.Equal((21, 14, 14), (Spent(_account), Spent(_parent.Account), Spent(_child.Account)));
        Assert.All(_account.Budgets.Concat(_child.Account.Budgets), static budget => Assert.Equal(0, budget.Current!.Reserved));
        Assert.Equal((2, 0, 0), (_child.Requests, _child.UnderWay, _parent.UnderWay));
    }

    [Fact]
    public void One_hot_key_is_held_from_every_core_at_once()
    {
        AccountState hot = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 100_000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, 1_000_000, BudgetPeriod.Total));
        hot.Limits.Update(new Rate(1_000_000_000, 1000), new Rate(1_000_000_000, 1000), 5, TimeSpan.Zero);
        foreach (BudgetState budget in hot.Budgets)
            TestPolicy.Opened(budget);
        KeySnapshot key = new("k", ModelRule.All, []) { Accounts = [hot] };
        long used = 0, served = 0, broken = 0;
        BudgetStateTests.Together(8, thread =>
        {
            Random random = new(thread);
            Reservation mine = new();
            for (int i = 0; i < 10_000; i++)
            {
                Assert.True(mine.TryBegin(key, null, NoLedger.Instance, 1));
                bool held = mine.Limits.TryTakePlaces() && mine.Limits.TryTakeRates(10, SteadyClock.NowNs)
                    && mine.Budgets.TryTake(new Amounts(random.Next(1, 100), 10, 1, 0)) == BudgetTake.Taken;
                if (hot.Limits.Parallel!.Used > 5 || hot.Budgets[0].Current!.Taken > 100_000)
                    Interlocked.Increment(ref broken);
                long spent = held ? random.NextInt64(mine.Budgets.Held.Usd + 1) / 20 : 0;
                mine.Settle(held ? new Amounts(spent, 10, 1, 0) : default, held, default);
                Interlocked.Add(ref used, spent);
                Interlocked.Add(ref served, held ? 1 : 0);
            }
        });
        Assert.Equal(0, broken);
        Assert.Equal((used, used, served, served), (Spent(hot), hot.Budgets[0].Current!.Settled, hot.Budgets[1].Current!.Taken, hot.Budgets[1].Current!.Settled));
        Assert.Equal(0, Used(hot));
    }

    private Reservation Begin(bool inRun = true)
    {
        Reservation reservation = new();
        Assert.True(!inRun || (_child.TryEnter(1) && _parent.TryEnter(1)));
        Assert.True(reservation.TryBegin(_key, inRun ? _child : null, _ledger, 1));
        Assert.True(reservation.IsOpen);
        Assert.True(reservation.Limits.TryTakePlaces());
        Assert.True(reservation.Limits.TryTakeRates(100, SteadyClock.NowNs));
        return reservation;
    }

    private (long Requests, long Tokens) Remaining()
    {
        long now = SteadyClock.NowNs;
        return (_account.Limits.Requests!.RemainingAt(now), _account.Limits.Tokens!.RemainingAt(now));
    }

    private static long Spent(AccountState account) => account.Budgets[0].Current!.Taken;

    private static int Used(AccountState account) => account.Limits.Parallel!.Used;
}

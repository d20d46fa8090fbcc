using System;
using System.Collections.Generic;
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

/// <summary>One hot key: exchanges of one run, from every core at once, on the same words of four levels.</summary>
public sealed class ContentionTests
{
    private const int Levels = 4;
    private const int Exchanges = 100_000;

    // What is left over of a budget ends before the exchanges do, on the level that is the tightest of its unit.
    private const long Usd = 1_500_000_000;
    private const long Requests = 1_000_000;

    private static readonly int s_threads = Math.Max(4, Environment.ProcessorCount * 2);

    private readonly RunState _run;
    private readonly KeySnapshot _key;
    private readonly BudgetWindow[] _money;
    private readonly BudgetWindow[] _requests;
    private readonly TestLedger _ledger = new();
    private long _used;
    private long _served;
    private long _refused;
    private long _broken;

    public ContentionTests()
    {
        AccountState[] accounts = [.. Enumerable.Range(0, Levels - 1).Select(static level => new AccountState((AccountKind)level, "a"))];
        _key = new KeySnapshot("k", ModelRule.All, []) { Accounts = accounts };
        _run = _key.Runs.Make("r"u8, null, RunTemplate.Default, RunBounds.Default, 1)!;
        AccountState[] all = [.. accounts, _run.Account];
        for (int level = 0; level < Levels; level++)
        {
            // The team's money is the tightest: the organisation has taken before it is refused, the key and the run have not.
            long usd = level == 1 ? Usd : Usd * (level + 2);
            all[level].Update([new BudgetSpec(BudgetUnit.Usd, usd, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, Requests, BudgetPeriod.Total)]);
            all[level].Limits.Update(new Rate(1_000_000_000, 1000), new Rate(1_000_000_000, 1000), s_threads - 1, TimeSpan.Zero);
        }

        _money = [.. all.Select(static account => TestPolicy.Opened(account.Budgets[0], leased: 0))];
        _requests = [.. all.Select(static account => TestPolicy.Opened(account.Budgets[1]))];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_counted_to_the_nano_dollar_on_every_level(bool leasesMove)
    {
        using ManualResetEventSlim done = new();
        Thread leaser = new(() => Lease(leasesMove, done));
        leaser.Start();
        BudgetStateTests.Together(s_threads, Spend);
        done.Set();
        leaser.Join();

        Assert.Equal(0, _broken);
        Assert.True(_served > s_threads && _refused > s_threads, $"{_served} served and {_refused} refused show little.");
        Assert.Equal(Same(_used), _money.Select(static window => window.Settled));
        Assert.Equal(Same(_used), _money.Select(static window => window.Taken));
        Assert.Equal(Same(_served), _requests.Select(static window => window.Settled));
        Assert.Equal(Same(_served), _requests.Select(static window => window.Taken));
        Assert.Equal((_used, _served, 0), (_run.Cost, _run.Requests, _run.UnderWay));
        Assert.All([.. _key.Accounts, _run.Account], static account => Assert.Equal(0, account.Limits.Parallel!.Used));
        Assert.Equal((0, _served), (_ledger.Places, _ledger.Records.Count));
        Assert.Equal(_used, _ledger.Records.Sum(static record => record.Cost));
    }

    private static IEnumerable<long> Same(long amount) => Enumerable.Repeat(amount, Levels);

    /// <summary>Exchanges that set aside, grow as streams do, try another target, and settle with a part of it; or are refused on the way.</summary>
    private void Spend(int thread)
    {
        Random random = new(thread);
        Reservation mine = new();
        long used = 0, served = 0, refused = 0;
        for (int i = 0; i < Exchanges; i++)
        {
            Assert.True(_run.TryEnter(1) && mine.TryBegin(_key, _run, _ledger, 1));
            bool isHeld = mine.Limits.TryTakePlaces() && mine.Limits.TryTakeRates(1, SteadyClock.NowNs) && mine.Budgets.TryTake(Some(random)) == BudgetTake.Taken;
            if (isHeld && random.Next(4) == 0)
            {
                mine.Budgets.ReturnAllButRequests();
                isHeld = mine.Budgets.TryTake(Some(random) with { Requests = 0 }) == BudgetTake.Taken;
            }

            for (int more = random.Next(3); isHeld && more > 0; more--)
                mine.Budgets.TryTake(new Amounts(random.Next(1, 10_000), 0, 0, 0));
            if (_money.Any(static window => window.Taken > window.Budget.Limit))
                Interlocked.Increment(ref _broken);

            long spent = isHeld ? random.NextInt64(mine.Budgets.Held.Usd + 1) : 0;
            mine.Settle(isHeld ? new Amounts(spent, 1, 1, 0) : default, isHeld, new LedgerRecord { Key = "k", Cost = spent });
            used += spent;
            served += isHeld ? 1 : 0;
            refused += isHeld ? 0 : 1;
        }

        Interlocked.Add(ref _used, used);
        Interlocked.Add(ref _served, served);
        Interlocked.Add(ref _refused, refused);
    }

    private static Amounts Some(Random random) => new(random.Next(1, 20_000), 1, 1, 0);

    /// <summary>The ledger's part: leases that only ever reach a little further, or come back whenever they were not used up.</summary>
    private void Lease(bool move, ManualResetEventSlim done)
    {
        Random random = new(1);
        do
        {
            foreach (BudgetWindow window in _money)
                window.SetLease(move ? window.Taken + random.Next(100_000) : window.Budget.Limit);
        }
        while (!done.Wait(0));
    }
}

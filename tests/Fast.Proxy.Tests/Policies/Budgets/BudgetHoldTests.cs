using System;
using System.Collections.Generic;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class BudgetHoldTests
{
    private const int Threads = 8;

    [Fact]
    public void Money_is_conserved_by_many_threads_on_four_levels()
    {
        AccountState[][] chains = Chains(out List<BudgetWindow> windows);
        Dictionary<BudgetWindow, long> settled = [];
        foreach (BudgetWindow window in windows)
            settled[window] = 0;
        long refused = 0;
        long broken = 0;
        BudgetStateTests.Together(Threads, thread =>
        {
            Random random = new(100 + thread);
            Dictionary<BudgetWindow, long> mine = [];
            BudgetHold hold = new();
            for (int i = 0; i < 4000; i++)
            {
                foreach (AccountState account in chains[random.Next(chains.Length)])
                    Assert.True(hold.TryCountOn(account, 1));
                if (!Live(hold, random, mine))
                    Interlocked.Increment(ref refused);
                foreach (BudgetWindow window in windows)
                {
                    if (window.Taken > window.Budget.Limit)
                        Interlocked.Increment(ref broken);
                }
            }

            lock (settled)
            {
                foreach ((BudgetWindow window, long amount) in mine)
                    settled[window] += amount;
            }
        });

        Assert.Equal(0, broken);
        Assert.True(refused > 0);
        foreach (BudgetWindow window in windows)
            Assert.Equal((settled[window], settled[window], 0), (window.Settled, window.Taken, window.Reserved));
    }

    [Fact]
    public void What_one_level_refuses_is_taken_of_none()
    {
        AccountState above = TestPolicy.Account(BudgetUnit.Usd, 100);
        AccountState below = TestPolicy.Account(AccountKind.Run,
            new BudgetSpec(BudgetUnit.Tokens, 1000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Usd, 10, BudgetPeriod.Day));
        BudgetHold hold = new();
        Count(hold, above, below);
        Assert.Equal(BudgetTake.LimitReached, hold.TryTake(new Amounts(11, 5, 1, 0)));
        Assert.Same(below.Budgets[1].Current, hold.Refused);
        Assert.Equal(11, hold.Needed);
        Assert.All(hold.Windows.ToArray(), static window => Assert.Equal(0, window.Taken));
        Assert.Equal(default, hold.Held);

        Assert.Equal(BudgetTake.Taken, hold.TryTake(new Amounts(6, 5, 1, 0)));
        Assert.Equal(BudgetTake.LimitReached, hold.TryTake(new Amounts(5, 0, 0, 0)));
        Assert.Equal(new Amounts(6, 5, 1, 0), hold.Held);
        Assert.Equal((6, 5, 6), (above.Budgets[0].Current!.Taken, below.Budgets[0].Current!.Taken, below.Budgets[1].Current!.Taken));
        Assert.Equal((4, 995), (hold.RoomOf(BudgetUnit.Usd), hold.RoomOf(BudgetUnit.Tokens)));
    }

    [Fact]
    public void Settling_puts_what_was_used_in_the_place_of_what_was_set_aside()
    {
        AccountState account = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 100, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.ToolCalls, 3, BudgetPeriod.Total));
        BudgetHold hold = new();
        Count(hold, account);
        Assert.Equal(BudgetTake.Taken, hold.TryTake(new Amounts(50, 0, 1, 1)));
        hold.Settle(new Amounts(70, 9, 1, 2), NoLedger.Instance);
        BudgetWindow money = account.Budgets[0].Current!;
        Assert.Equal((70, 70, 0), (money.Taken, money.Settled, money.Reserved));
        Assert.Equal(2, account.Budgets[1].Current!.Settled);
        Assert.False(hold.HasBudgets);
    }

    [Fact]
    public void A_limit_that_was_lowered_refuses_and_what_is_free_of_charge_passes()
    {
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, 100);
        BudgetHold hold = new();
        Count(hold, account);
        Assert.Equal(BudgetTake.Taken, hold.TryTake(new Amounts(50, 0, 0, 0)));
        account.Update([new BudgetSpec(BudgetUnit.Usd, 20, BudgetPeriod.Total)]);
        Assert.Equal(0, hold.RoomOf(BudgetUnit.Usd));
        Assert.Equal(BudgetTake.LimitReached, hold.TryTake(new Amounts(1, 0, 0, 0)));
        Assert.Equal(BudgetTake.Taken, hold.TryTake(new Amounts(0, 10, 1, 0)));
    }

    [Fact]
    public void Between_two_targets_only_the_request_stays_counted()
    {
        BudgetHold hold = new();
        AccountState account = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 100, BudgetPeriod.Total),
            new BudgetSpec(BudgetUnit.Tokens, 100, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, 100, BudgetPeriod.Total));
        Count(hold, account);
        Assert.Equal(BudgetTake.Taken, hold.TryTake(new Amounts(50, 40, 1, 0)));
        hold.ReturnAllButRequests();
        Assert.Equal(new Amounts(0, 0, 1, 0), hold.Held);
        Assert.Equal([0L, 0L, 1L], Array.ConvertAll(hold.Windows.ToArray(), static window => window.Taken));
    }

    [Fact]
    public void An_exchange_counts_on_a_bounded_number_of_budgets()
    {
        BudgetHold hold = new();
        AccountState account = TestPolicy.Account(AccountKind.Key, [.. Array.ConvertAll(new int[10], static _ => new BudgetSpec(BudgetUnit.Usd, 1, BudgetPeriod.Day))]);
        for (int i = 0; i < BudgetHold.WindowsMax / 10; i++)
            Assert.True(hold.TryCountOn(account, 1));
        Assert.False(hold.TryCountOn(account, 1));
    }

    /// <summary>One exchange: it takes, grows, perhaps gives all back and tries again, and settles with less or nothing.</summary>
    private static bool Live(BudgetHold hold, Random random, Dictionary<BudgetWindow, long> settled)
    {
        bool taken = hold.TryTake(Some(random, 2000)) == BudgetTake.Taken;
        if (taken && random.Next(8) == 0)
        {
            hold.ReturnAllButRequests();
            taken = hold.TryTake(Some(random, 2000)) == BudgetTake.Taken;
        }

        for (int grow = random.Next(4); taken && grow > 0; grow--)
            hold.TryTake(Some(random, 300));
        Amounts held = hold.Held;
        Amounts used = random.Next(4) == 0 ? default
            : new Amounts(Part(random, held.Usd), Part(random, held.Tokens), Part(random, held.Requests), Part(random, held.ToolCalls));
        foreach (BudgetWindow window in hold.Windows)
            settled[window] = settled.GetValueOrDefault(window) + used.Of(window.Budget.Unit);
        hold.Settle(used, NoLedger.Instance);
        return taken;
    }

    private static Amounts Some(Random random, int most) =>
        new(random.NextInt64(most) * 1_000_000_007, random.Next(most), random.Next(2), random.Next(2));

    // Mostly little, so that the budgets last.
    private static long Part(Random random, long held) => random.Next(3) == 0 ? random.NextInt64(held + 1) / 4 : 0;

    private static AccountState[][] Chains(out List<BudgetWindow> windows)
    {
        AccountState organisation = TestPolicy.Account(AccountKind.Organisation,
            new BudgetSpec(BudgetUnit.Usd, 900_000_000_000_000, BudgetPeriod.Month), new BudgetSpec(BudgetUnit.Requests, 6000, BudgetPeriod.Day));
        List<AccountState> all = [organisation];
        AccountState[][] chains = new AccountState[6][];
        for (int i = 0; i < chains.Length; i++)
        {
            AccountState team = i % 2 == 0 ? TestPolicy.Account(AccountKind.Team, new BudgetSpec(BudgetUnit.Tokens, 300_000, BudgetPeriod.Week)) : chains[i - 1][1];
            AccountState key = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 200_000_000_000_000, BudgetPeriod.Day), new BudgetSpec(BudgetUnit.Usd, 8_000_000_000_000, BudgetPeriod.Total));
            AccountState run = TestPolicy.Account(AccountKind.Run, new BudgetSpec(BudgetUnit.ToolCalls, 700, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Tokens, 100_000, BudgetPeriod.Total));
            chains[i] = [organisation, team, key, run];
            all.AddRange(i % 2 == 0 ? [team, key, run] : [key, run]);
        }

        windows = [];
        foreach (AccountState account in all)
        {
            foreach (BudgetState budget in account.Budgets)
                windows.Add(TestPolicy.Opened(budget));
        }

        return chains;
    }

    private static void Count(BudgetHold hold, params AccountState[] accounts)
    {
        foreach (AccountState account in accounts)
        {
            foreach (BudgetState budget in account.Budgets)
                TestPolicy.Opened(budget);
            Assert.True(hold.TryCountOn(account, 1));
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class BudgetStateTests
{
    private const long Day = 86_400_000;

    [Fact]
    public void A_clock_that_is_set_back_pays_nothing_out_twice()
    {
        BudgetState budget = New();
        BudgetWindow first = TestPolicy.Opened(budget, now: Day - 1);
        Assert.Equal(BudgetTake.Taken, first.TryTake(10));
        BudgetWindow second = TestPolicy.Opened(budget, now: Day);
        Assert.NotSame(first, second);
        Assert.Same(second, budget.At(Day - 1));
        Assert.Same(second, budget.At(0));
        Assert.Equal(BudgetTake.Taken, second.TryTake(10));
        Assert.Equal(BudgetTake.LimitReached, budget.At(1).TryTake(1));
    }

    [Fact]
    public void A_window_ends_at_its_end_and_not_before()
    {
        BudgetState budget = New();
        BudgetWindow window = budget.At(0);
        Assert.Same(window, budget.At(Day - 1));
        Assert.NotSame(window, budget.At(Day));
        Assert.Equal((5 * Day, 6 * Day), (budget.At(5 * Day).Start, budget.Current!.End));
    }

    [Fact]
    public void Many_who_see_a_window_end_put_one_new_one_in_its_place()
    {
        BudgetState budget = New();
        budget.At(0);
        BudgetWindow[][] seen = Raced(300, (day, _) => budget.At((day + 1) * Day));
        for (int day = 0; day < seen.Length; day++)
        {
            Assert.All(seen[day], window => Assert.Same(seen[day][0], window));
            Assert.Equal((day + 1) * Day, seen[day][0].Start);
        }
    }

    [Fact]
    public void Whoever_comes_later_gets_a_later_window_although_somebody_earlier_was_first()
    {
        BudgetState[] budgets = [.. Enumerable.Range(0, 300).Select(static _ => New())];
        BudgetWindow[][] seen = Raced(budgets.Length, (round, thread) => budgets[round].At(thread % 2 * Day));
        foreach (BudgetWindow[] windows in seen)
        {
            for (int thread = 0; thread < windows.Length; thread++)
                Assert.True(windows[thread].End > thread % 2 * Day);
            Assert.Single(windows.Where(static window => window.Start == Day).Distinct());
        }
    }

    [Fact]
    public void A_budget_that_stays_in_unit_and_period_keeps_what_is_used_up()
    {
        AccountState account = TestPolicy.Account(AccountKind.Team, new BudgetSpec(BudgetUnit.Usd, 10, BudgetPeriod.Day));
        BudgetState before = account.Budgets[0];
        account.Update([new(BudgetUnit.Tokens, 5, BudgetPeriod.Day), new(BudgetUnit.Usd, 20, BudgetPeriod.Day), new(BudgetUnit.Usd, 7, BudgetPeriod.Hour)]);
        Assert.Same(before, account.Budgets[1]);
        Assert.Equal([5, 20, 7], account.Budgets.Select(static budget => budget.Limit));
    }

    /// <summary>Runs the same on many threads, which begin at the same moment.</summary>
    internal static void Together(int count, Action<int> work)
    {
        using Barrier begin = new(count);
        List<Exception> failures = [];
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int thread = i;
            threads[i] = new Thread(() =>
            {
                begin.SignalAndWait();
                try
                {
                    work(thread);
                }
                catch (Exception failure)
                {
                    lock (failures)
                        failures.Add(failure);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Assert.Empty(failures);
    }

    /// <summary>What eight threads see that ask in the same moment, round after round.</summary>
    private static BudgetWindow[][] Raced(int rounds, Func<int, int, BudgetWindow> ask)
    {
        BudgetWindow[][] seen = [.. Enumerable.Range(0, rounds).Select(static _ => new BudgetWindow[8])];
        using Barrier round = new(8);
        Together(8, thread =>
        {
            for (int i = 0; i < rounds; i++)
            {
                round.SignalAndWait();
                seen[i][thread] = ask(i, thread);
            }
        });
        return seen;
    }

    private static BudgetState New() => TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, 10, BudgetPeriod.Day)).Budgets[0];
}

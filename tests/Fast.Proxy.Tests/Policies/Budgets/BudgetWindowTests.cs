using System;
using System.Threading;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class BudgetWindowTests
{
    [Fact]
    public void A_window_that_nobody_opened_waits_for_its_ledger()
    {
        BudgetWindow window = TestPolicy.Account(BudgetUnit.Usd, 10).Budgets[0].At(1);
        Assert.Equal(BudgetTake.LeaseShort, window.TryTake(1));
        Assert.True(window.TryBeginOpening());
        Assert.False(window.TryBeginOpening());
        window.Open(3, 2, 7, 8);
        Assert.Equal((3, 2, 5, 0, 8, 7), (window.Settled, window.Forfeited, window.Taken, window.Reserved, window.Leased, window.OpenedAt));
        Assert.Throws<InvalidOperationException>(() => window.Open(0, 0, 0, 0));
        Assert.Equal(BudgetTake.LimitReached, window.TryTake(6));
        Assert.Equal(BudgetTake.LeaseShort, window.TryTake(4));
        Assert.Equal(BudgetTake.Taken, window.TryTake(3));
        Assert.Equal(BudgetTake.Taken, window.TryTake(0));
    }

    [Fact]
    public void Exactly_the_limit_fits()
    {
        BudgetWindow window = TestPolicy.Opened(TestPolicy.Account(BudgetUnit.Tokens, long.MaxValue).Budgets[0]);
        Assert.Equal(BudgetTake.Taken, window.TryTake(long.MaxValue));
        Assert.Equal(BudgetTake.LimitReached, window.TryTake(1));
        window.Return(1);
        Assert.Equal(BudgetTake.Taken, window.TryTake(1));
    }

    [Fact]
    public void A_lease_that_is_raised_and_lowered_under_load_bounds_what_is_taken()
    {
        BudgetWindow window = TestPolicy.Opened(TestPolicy.Account(BudgetUnit.Usd, 1_000_000).Budgets[0], leased: 1000);
        long held = 0;
        long broken = 0;
        bool ended = false;
        Thread owner = new(() =>
        {
            Random random = new(1);
            while (!Volatile.Read(ref ended))
            {
                // What is durable is what the lease is lowered to, or what was taken before that was seen: never less than what is taken after.
                long lease = random.Next(200, 3000);
                long durable = window.SetLease(lease);
                if (durable < lease)
                    Interlocked.Increment(ref broken);
                for (int look = 0; look < 20; look++)
                {
                    // Whoever has taken too much and is about to give it back is not counted by anybody who was told "taken".
                    if (Interlocked.Read(ref held) > durable)
                        Interlocked.Increment(ref broken);
                }
            }
        });
        owner.Start();
        BudgetStateTests.Together(8, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 20_000; i++)
            {
                int amount = random.Next(1, 400);
                if (window.TryTake(amount) != BudgetTake.Taken)
                    continue;

                Interlocked.Add(ref held, amount);
                Thread.SpinWait(random.Next(20));
                Interlocked.Add(ref held, -amount);
                window.Return(amount);
            }
        });
        Volatile.Write(ref ended, true);
        owner.Join();
        Assert.Equal((0, 0, 0), (broken, window.Taken, held));
        Assert.Equal(50, window.SetLease(50));
        Assert.Equal(BudgetTake.LeaseShort, window.TryTake(51));
        Assert.Equal(BudgetTake.Taken, window.TryTake(50));
        Assert.Equal(50, window.SetLease(10));
    }
}

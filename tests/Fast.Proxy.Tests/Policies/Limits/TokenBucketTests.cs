using System;
using System.Threading;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Tests.Policies.Budgets;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Limits;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(60, 60_000)]
    [InlineData(7, 60_000)]
    [InlineData(1, 86_400_000)]
    [InlineData(90, 60_000)]
    [InlineData(1001, 1000)]
    public void A_full_bucket_gives_its_count_at_once_and_says_how_many_are_left(long count, long perMs)
    {
        TokenBucket bucket = new(new Rate(count, perMs));
        const long now = 5 * Second;
        for (long left = count; left > 0; left--)
        {
            Assert.Equal(left, bucket.RemainingAt(now));
            Assert.True(bucket.TryTake(1, now, out _));
        }

        Assert.Equal(0, bucket.RemainingAt(now));
        Assert.False(bucket.TryTake(1, now, out long wait));
        Assert.InRange(wait, 1, (perMs * 1_000_000 / count) + 1);
        Assert.False(bucket.TryTake(1, now + wait - 1, out long rest));
        Assert.Equal(1, rest);
        Assert.True(bucket.TryTake(1, now + wait, out _));
        Assert.Equal(0, bucket.FullInAt(now + (2 * perMs * 1_000_000)));
        Assert.Equal(count, bucket.RemainingAt(now + (2 * perMs * 1_000_000)));
    }

    [Theory]
    [InlineData(100, 1000)]
    [InlineData(97, 60_000)]
    [InlineData(250_000, 60_000)]
    [InlineData(1_000_000_000, 86_400_000)]
    public void It_does_as_a_model_does_that_counts_in_whole_numbers(long count, long perMs)
    {
        TokenBucket bucket = new(new Rate(count, perMs));
        Model model = new(count, perMs * 1_000_000);
        Random random = new(9);
        long now = 0;
        for (int i = 0; i < 50_000; i++)
        {
            now += random.NextInt64(perMs * 1_000_000 / 10) * random.Next(3);
            long amount = random.NextInt64(count / 3);
            switch (random.Next(6))
            {
                case 0:
                    bucket.Correct(amount, now);
                    model.Correct(amount, now);
                    break;
                case 1:
                    bucket.Correct(-amount, now);
                    model.Correct(-amount, now);
                    break;
                default:
                    Assert.Equal(model.TryTake(amount, now, out Int128 wait), bucket.TryTake(amount, now, out long told));
                    Assert.Equal((long)wait, told);
                    break;
            }
        }
    }

    [Fact]
    public void What_the_bucket_never_holds_is_refused_for_ever_and_takes_nothing()
    {
        TokenBucket bucket = new(new Rate(10, 1000));
        Assert.False(bucket.TryTake(11, Second, out long wait));
        Assert.Equal(-1, wait);
        Assert.True(bucket.TryTake(10, Second, out _));
        Assert.True(bucket.TryTake(0, Second, out _));
    }

    [Fact]
    public void What_is_used_later_than_it_was_taken_counts_although_the_bucket_is_full_again()
    {
        TokenBucket bucket = new(new Rate(1000, 1000));
        Assert.True(bucket.TryTake(10, Second, out _));
        bucket.Correct(900, 100 * Second);
        Assert.Equal(100, bucket.RemainingAt(100 * Second));
    }

    [Fact]
    public void An_overdrawn_bucket_fills_up_from_below()
    {
        TokenBucket bucket = new(new Rate(1000, 1000));
        Assert.True(bucket.TryTake(1000, Second, out _));
        bucket.Correct(2000, Second);
        Assert.Equal((0, 3 * Second), (bucket.RemainingAt(Second), bucket.FullInAt(Second)));
        Assert.False(bucket.TryTake(1, 3 * Second, out _));
        Assert.True(bucket.TryTake(1, (3 * Second) + 1_000_000, out _));
        bucket.Correct(-1_000_000, 4 * Second);
        Assert.Equal(1000, bucket.RemainingAt(4 * Second));
    }

    [Fact]
    public void A_number_beyond_all_measure_does_not_turn_into_room()
    {
        TokenBucket bucket = new(new Rate(1, 86_400_000));
        for (int i = 0; i < 100; i++)
        {
            bucket.Correct(10_000_000_000, i);
            Assert.False(bucket.TryTake(1, i, out long wait));
            Assert.True(wait > Second);
        }
    }

    [Fact]
    public void A_reload_keeps_the_part_that_is_used_up()
    {
        TokenBucket bucket = new(new Rate(60, 3_600_000));
        Assert.True(bucket.TryTake(45, Second, out _));
        bucket.Change(new Rate(100, 1000), Second);
        Assert.Equal(25, bucket.RemainingAt(Second));
        Assert.Equal(100, bucket.RemainingAt(3 * Second));
        bucket.Change(new Rate(10, 1000), 3 * Second);
        Assert.True(bucket.TryTake(10, 3 * Second, out _));
        Assert.False(bucket.TryTake(1, 3 * Second, out _));
    }

    [Fact]
    public void Many_threads_get_no_more_than_the_count_of_a_period_and_all_of_it()
    {
        const long count = 10_007;
        TokenBucket bucket = new(new Rate(count, 1000));
        for (int period = 0; period < 5; period++)
        {
            long now = (period + 1) * 2 * Second;
            long taken = 0;
            BudgetStateTests.Together(8, thread =>
            {
                while (bucket.TryTake(1 + (thread % 3), now, out _))
                    Interlocked.Add(ref taken, 1 + (thread % 3));
            });
            Assert.Equal(count, taken);
        }
    }

    [Fact]
    public void Many_threads_that_give_back_what_they_take_leave_the_bucket_as_it_was()
    {
        TokenBucket bucket = new(new Rate(100_000, 1000));
        BudgetStateTests.Together(8, thread =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (bucket.TryTake(10 + thread, Second, out _))
                    bucket.Correct(-10 - thread, Second);
            }
        });
        Assert.Equal(0, bucket.FullInAt(Second));
    }

    /// <summary>The bucket as what is free in it, in nanoseconds.</summary>
    private sealed class Model(long count, long periodNs)
    {
        private readonly Int128 _most = (Int128)periodNs + Math.Max(0, Math.Min(count, periodNs / count) - 1);
        private Int128 _beyond = periodNs;
        private long _at;

        public bool TryTake(long amount, long now, out Int128 wait)
        {
            Fill(now);
            Int128 free = Int128.Min(_beyond, periodNs) + _most - periodNs;
            wait = Int128.Max(0, Cost(amount) - free);
            if (wait > 0)
                return false;

            _beyond = Int128.Min(_beyond, periodNs) - Cost(amount);
            return true;
        }

        public void Correct(long amount, long now)
        {
            Fill(now);
            _beyond = amount > 0 ? Int128.Min(_beyond, periodNs) - Cost(amount) : _beyond + Cost(-amount);
        }

        private void Fill(long now)
        {
            _beyond += now - _at;
            _at = now;
        }

        private Int128 Cost(long amount) => (((Int128)amount * periodNs) + count - 1) / count;
    }
}

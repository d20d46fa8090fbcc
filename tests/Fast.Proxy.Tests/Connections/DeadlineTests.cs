using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class DeadlineTests
{
    private const long Later = 1_000_000;

    private static long Now => Environment.TickCount64;

    [Fact]
    public void Nothing_fires_that_is_not_armed()
    {
        Deadline deadline = new();
        Assert.False(deadline.TryFire(long.MaxValue >> 8, out _));
        Assert.Equal(Wait.Nothing, deadline.Disarm());
    }

    [Theory]
    [InlineData(Wait.NextRequest)]
    [InlineData(Wait.Head)]
    [InlineData(Wait.Body)]
    [InlineData(Wait.FirstToken)]
    [InlineData(Wait.BetweenTokens)]
    [InlineData(Wait.CallerToRead)]
    public void A_wait_fires_once_when_it_is_due(Wait wait)
    {
        Deadline deadline = new();
        deadline.Arm(wait, Later);
        Assert.False(deadline.TryFire(Now, out _));
        Assert.True(deadline.TryFire(Now + (2 * Later), out Wait fired));
        Assert.Equal(wait, fired);
        Assert.Equal(wait, deadline.Fired);
        Assert.False(deadline.TryFire(Now + (2 * Later), out _));
        Assert.Equal(wait, deadline.Disarm());
        Assert.Equal(Wait.Nothing, deadline.Fired);
    }

    [Fact]
    public void A_wait_that_is_over_already_fires()
    {
        Deadline deadline = new();
        deadline.Arm(Wait.Body, -5);
        Assert.True(deadline.TryFire(Now, out _));
    }

    [Fact]
    public void A_disarmed_wait_does_not_fire()
    {
        Deadline deadline = new();
        deadline.Arm(Wait.Head, 0);
        Assert.Equal(Wait.Nothing, deadline.Disarm());
        Assert.False(deadline.TryFire(Now + Later, out _));
        Assert.False(deadline.TakeHasFired());
    }

    [Fact]
    public void What_has_fired_stays_fired_when_something_else_is_armed()
    {
        Deadline deadline = new();
        deadline.Arm(Wait.BetweenTokens, 0);
        Assert.True(deadline.TryFire(Now + 1, out _));
        deadline.Arm(Wait.CallerToRead, Later);
        Assert.Equal(Wait.BetweenTokens, deadline.Fired);
        Assert.Equal(Wait.BetweenTokens, deadline.Disarm());
    }

    [Theory]
    [InlineData(Wait.FirstToken)]
    [InlineData(Wait.BetweenTokens)]
    public void No_wait_for_a_provider_outlasts_the_exchange(Wait wait)
    {
        Deadline deadline = new();
        deadline.BeginExchange(50);
        deadline.Arm(wait, Later);
        Assert.True(deadline.TryFire(Now + 51, out Wait fired));
        Assert.Equal(Wait.Total, fired);
    }

    [Fact]
    public void A_wait_for_the_caller_may_outlast_the_exchange()
    {
        Deadline deadline = new();
        deadline.BeginExchange(50);
        deadline.Arm(Wait.CallerToRead, Later);
        Assert.False(deadline.TryFire(Now + 1000, out _));
    }

    [Fact]
    public void The_end_of_an_exchange_is_forgotten_with_it()
    {
        Deadline deadline = new();
        deadline.BeginExchange(50);
        deadline.EndExchange();
        deadline.Arm(Wait.FirstToken, Later);
        Assert.False(deadline.TryFire(Now + 1000, out _));
    }

    [Fact]
    public void That_a_deadline_fired_is_known_once_after_it_was_disarmed()
    {
        Deadline deadline = new();
        deadline.Arm(Wait.FirstToken, 0);
        Assert.True(deadline.TryFire(Now + 1, out _));
        deadline.Disarm();
        deadline.Disarm();
        Assert.True(deadline.TakeHasFired());
        Assert.False(deadline.TakeHasFired());
    }

    [Fact]
    public async Task Of_two_threads_either_fires_or_disarms_a_wait_and_never_both()
    {
        const int rounds = 200_000;
        Deadline deadline = new();
        int seen = 0;
        int fired = 0;
        using CancellationTokenSource done = new();
        Task heartbeat = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                fired += deadline.TryFire(Now + Later, out _) ? 1 : 0;
        });
        int round = 0;
        for (; round < rounds || seen == 0 || seen == round; round++)
        {
            deadline.Arm(Wait.Body, 0);
            if (round % 3 == 0)
                Thread.SpinWait(round % 50);
            seen += deadline.Disarm() == Wait.Body ? 1 : 0;
        }

        await done.CancelAsync();
        await heartbeat;
        Assert.Equal(seen, fired);
    }
}

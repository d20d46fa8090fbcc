using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Tests.Policies.Budgets;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Limits;

public sealed class SlotsTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void There_are_as_many_places_as_there_are()
    {
        Slots slots = new(2);
        Assert.True(slots.TryTake() && slots.TryTake());
        Assert.False(slots.TryTake());
        slots.Return();
        Assert.Equal(1, slots.Used);
        Assert.True(slots.TryTake());
        slots.Count = 1;
        slots.Return();
        Assert.False(slots.TryTake());
        slots.Return();
        Assert.True(slots.TryTake());
    }

    [Fact]
    public async Task Whoever_waits_longest_is_served_first_and_nobody_passes_the_line()
    {
        Slots slots = new(1);
        Assert.True(slots.TryTake());
        List<Task<bool>> line = [];
        for (int i = 0; i < 20; i++)
            line.Add(slots.WaitAsync(s_long, default).AsTask());
        for (int i = 0; i < line.Count; i++)
        {
            Assert.DoesNotContain(line[i..], static one => one.IsCompleted);
            slots.Return();
            Assert.False(slots.TryTake());
            Assert.True(await line[i].WaitAsync(s_long));
            Assert.Equal(1, slots.Used);
        }

        slots.Return();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public async Task A_place_that_is_free_is_given_without_a_wait()
    {
        Slots slots = new(1);
        Assert.True(await slots.WaitAsync(s_long, default));
        Assert.Equal(1, slots.Used);
    }

    [Fact]
    public async Task Whoever_gives_up_is_passed()
    {
        Slots slots = new(1);
        Assert.True(slots.TryTake());
        using CancellationTokenSource gone = new();
        Task<bool> leaving = slots.WaitAsync(s_long, gone.Token).AsTask();
        Task<bool> impatient = slots.WaitAsync(TimeSpan.FromMilliseconds(1), default).AsTask();
        Task<bool> patient = slots.WaitAsync(s_long, default).AsTask();
        await gone.CancelAsync();
        Assert.False(await leaving);
        Assert.False(await impatient);
        slots.Return();
        Assert.True(await patient.WaitAsync(s_long));
        slots.Return();
        Assert.Equal(0, slots.Used);
        Assert.True(slots.TryTake());
    }

    [Fact]
    public async Task A_line_of_those_who_gave_up_does_not_keep_others_out_for_ever()
    {
        Slots slots = new(1);
        Assert.True(slots.TryTake());
        using CancellationTokenSource gone = new();
        List<Task<bool>> line = [];
        for (int i = 0; i < 5000; i++)
            line.Add(slots.WaitAsync(s_long, gone.Token).AsTask());
        Assert.True(line[^1].IsCompleted);
        await gone.CancelAsync();
        Assert.All(await Task.WhenAll(line), Assert.False);
        slots.Return();
        Assert.True(slots.TryTake());
        Task<bool> waiting = slots.WaitAsync(s_long, default).AsTask();
        slots.Return();
        Assert.True(await waiting.WaitAsync(s_long));
        Assert.Equal(1, slots.Used);
    }

    [Fact]
    public async Task Places_that_a_reload_adds_go_to_those_who_wait()
    {
        Slots slots = new(1);
        Assert.True(slots.TryTake());
        Task<bool> waiting = slots.WaitAsync(s_long, default).AsTask();
        slots.Count = 2;
        Assert.True(await waiting.WaitAsync(s_long));
        Assert.Equal(2, slots.Used);
    }

    [Fact]
    public async Task A_waiter_that_is_called_while_it_leaves_has_the_place_once_or_not_at_all()
    {
        Slots slots = new(1);
        int kept = 0;
        for (int round = 0; round < 400; round++)
        {
            Assert.True(slots.TryTake());
            using CancellationTokenSource gone = new();
            Task<bool> waiting = slots.WaitAsync(s_long, gone.Token).AsTask();
            BudgetStateTests.Together(2, thread =>
            {
                if (thread == 0)
                    gone.Cancel();
                else
                    slots.Return();
            });
            if (await waiting.WaitAsync(s_long))
            {
                kept++;
                Assert.Equal(1, slots.Used);
                slots.Return();
            }

            Assert.Equal(0, slots.Used);
        }

        Assert.InRange(kept, 0, 400);
    }

    [Fact]
    public async Task Many_who_come_wait_leave_and_go_never_have_more_places_than_there_are()
    {
        const int count = 5;
        Slots slots = new(count);
        int inside = 0;
        int most = 0;
        int served = 0;
        List<Task> callers = [];
        for (int caller = 0; caller < 40; caller++)
        {
            int seed = caller;
            callers.Add(Task.Run(async () =>
            {
                Random random = new(seed);
                for (int i = 0; i < 400; i++)
                {
                    using CancellationTokenSource gone = new();
                    if (random.Next(4) == 0)
                        gone.CancelAfter(TimeSpan.FromMilliseconds(random.NextDouble() * 2));
                    if (!slots.TryTake() && !await slots.WaitAsync(TimeSpan.FromMilliseconds(random.Next(1, 20)), gone.Token))
                        continue;

                    int now = Interlocked.Increment(ref inside);
                    int seen;
                    while ((seen = Volatile.Read(ref most)) < now && Interlocked.CompareExchange(ref most, now, seen) != seen)
                    {
                    }

                    if (random.Next(2) == 0)
                        await Task.Yield();
                    Interlocked.Increment(ref served);
                    Interlocked.Decrement(ref inside);
                    slots.Return();
                }
            }));
        }

        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.InRange(most, 1, count);
        Assert.True(served > 0);
        Assert.Equal(0, slots.Used);
        for (int i = 0; i < count; i++)
            Assert.True(slots.TryTake());
        Assert.False(slots.TryTake());
    }
}

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Fast.Proxy.Tests.Allocations;
using Fast.Proxy.Waiting;
using Xunit;

namespace Fast.Proxy.Tests.Waiting;

/// <summary>Methods that the builder of the road builds end as any other does, and their places serve one call at a time.</summary>
[Collection(nameof(AllocationTests))]
[SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "How they are told apart, and taken once, is what is tested.")]
[SuppressMessage("Usage", "xUnit1031:Do not use blocking task operations in test method", Justification = "They have ended.")]
public sealed class KeptMethodBuilderTests
{
    [Fact]
    public void A_method_that_never_waits_has_ended_when_it_returns()
    {
        ValueTask<int> sum = SumAsync(new ValueTask<int>(1), new ValueTask<int>(2));
        Assert.True(sum.IsCompletedSuccessfully);
        Assert.Equal(3, sum.Result);
        Assert.True(WithoutResultAsync(default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_a_method_knew_outlives_its_waits()
    {
        Gate first = new();
        Gate second = new();
        ValueTask<int> sum = SumAsync(first.WaitAsync(), second.WaitAsync());
        Assert.False(sum.IsCompleted);
        first.Open(40);
        Assert.False(sum.IsCompleted);
        second.Open(2);
        Assert.True(sum.IsCompleted);
        Assert.Equal(42, await sum);
    }

    [Fact]
    public async Task An_exception_reaches_who_waits_for_the_method()
    {
        ValueTask<int> atOnce = ThrowingAsync(new ValueTask<int>(1));
        Assert.True(atOnce.IsFaulted);
        Assert.Equal("told", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await atOnce)).Message);

        Gate gate = new();
        ValueTask<int> later = ThrowingAsync(gate.WaitAsync());
        Assert.False(later.IsCompleted);
        gate.Open(1);
        Assert.Equal("told", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await later)).Message);

        gate = new();
        ValueTask withoutResult = WithoutResultAsync(new ValueTask(ThrowingAsync(gate.WaitAsync()).AsTask()));
        gate.Open(1);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await withoutResult);
    }

    [Fact]
    public async Task A_given_up_wait_is_told_as_given_up()
    {
        TaskCompletionSource<int> never = new();
        ValueTask<int> sum = SumAsync(new ValueTask<int>(1), new ValueTask<int>(never.Task));
        never.SetCanceled(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sum);
    }

    [Fact]
    public void An_end_is_taken_once()
    {
        Gate gate = new();
        ValueTask<int> sum = SumAsync(gate.WaitAsync(), new ValueTask<int>(2));
        gate.Open(1);
        Assert.Equal(3, sum.Result);
        Assert.Throws<InvalidOperationException>(() => sum.Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(128)]
    public void As_many_at_once_as_a_thread_keeps_allocate_nothing(int atOnce)
    {
        Allocated.NeedsOptimisedBuild();
        Gate[] gates = new Gate[atOnce];
        for (int i = 0; i < atOnce; i++)
            gates[i] = new Gate();
        ValueTask<int>[] sums = new ValueTask<int>[atOnce];
        Assert.Equal(0, Allocated.By(() => RunAll(gates, sums)));
    }

    [Fact]
    public void What_a_thread_keeps_is_bounded()
    {
        Allocated.NeedsOptimisedBuild();
        const int atOnce = 1_128;
        Gate[] gates = new Gate[atOnce];
        for (int i = 0; i < atOnce; i++)
            gates[i] = new Gate();
        ValueTask<int>[] sums = new ValueTask<int>[atOnce];

        // A thousand are made anew in each run: they were not kept. An object of any kind has 24 bytes at least.
        Assert.InRange(Allocated.By(() => RunAll(gates, sums)), 1_000L * Allocated.Times * 24, long.MaxValue);
    }

    [Fact]
    public async Task Calls_that_end_on_each_others_threads_keep_their_own_variables()
    {
        const int workers = 16;
        const int calls = 5_000;
        int[] wrong = new int[workers];
        Task[] all = new Task[workers];
        for (int i = 0; i < workers; i++)
        {
            int worker = i;
            all[worker] = Task.Run(
                async () =>
                {
                    for (int call = 0; call < calls; call++)
                    {
                        int expected = (worker * calls) + call;
                        if (await WanderAsync(expected, depth: call % 4) != expected)
                            wrong[worker]++;
                    }
                },
                TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(all);
        Assert.All(wrong, static count => Assert.Equal(0, count));
    }

    private static void RunAll(Gate[] gates, ValueTask<int>[] sums)
    {
        for (int i = 0; i < gates.Length; i++)
            sums[i] = SumAsync(gates[i].WaitAsync(), new ValueTask<int>(i));
        for (int i = 0; i < gates.Length; i++)
        {
            gates[i].Open(1);
            if (sums[i].Result != i + 1)
                throw new InvalidOperationException($"Call {i} has another's variables.");
        }
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<int> SumAsync(ValueTask<int> first, ValueTask<int> second)
    {
        int sum = await first;
        return sum + await second;
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<int> ThrowingAsync(ValueTask<int> first)
    {
        await first;
        throw new InvalidOperationException("told");
    }

    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    private static async ValueTask WithoutResultAsync(ValueTask first) => await first;

    /// <summary>Goes on elsewhere at each step, and calls itself.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private static async ValueTask<int> WanderAsync(int value, int depth)
    {
        int half = value / 2;
        await Task.Yield();
        int rest = depth == 0 ? value - half : await WanderAsync(value - half, depth - 1);
        await Task.Yield();
        return half + rest;
    }

    /// <summary>Something to wait for, again and again, without allocating.</summary>
    private sealed class Gate : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _source;

        public ValueTask<int> WaitAsync()
        {
            _source.Reset();
            return new ValueTask<int>(this, _source.Version);
        }

        public void Open(int value) => _source.SetResult(value);

        public int GetResult(short token) => _source.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream.Lane;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>A lane that the configuration does not know any more: nothing idles there, and what still asks is served.</summary>
public sealed class LaneRetireTests
{
    private const int Callers = 20;
    private const int ExchangesOfEach = 20;

    [Fact]
    public async Task What_idles_is_closed_and_what_is_in_use_when_it_comes_back()
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> asking = gateway.AskAsync();
        using LanePeer busy = await gateway.Provider.AcceptAsync();
        await busy.ReadRequestAsync();
        (LanePeer idle, _) = await gateway.AskAsync(static peer => peer.AnswerAsync("idle"));
        Assert.Equal(1, gateway.Lane.Idle);
        gateway.Lane.Retire();
        Assert.Null(await idle.ReadHeadAsync());
        await busy.AnswerAsync("busy");
        Assert.Equal("busy", (await asking).Body);
        Assert.Null(await busy.ReadHeadAsync());
        (LanePeer late, TestAnswer answer) = await gateway.AskAsync(static peer => peer.AnswerAsync("late"));
        Assert.Equal("late", answer.Body);
        Assert.Null(await late.ReadHeadAsync());
        Assert.Equal(0, gateway.Lane.Idle);
        idle.Dispose();
        late.Dispose();
    }

    [Fact]
    public async Task In_the_middle_of_traffic_every_question_is_answered_and_every_connection_closed()
    {
        using LaneGateway gateway = new();
        using CancellationTokenSource over = new();
        Task<Task[]> serving = ServeAsync(gateway.Provider, over.Token);
        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (int i = 0; i < ExchangesOfEach; i++)
            {
                Assert.Equal("{}", (await gateway.AskAsync()).Body);
                if (Interlocked.Increment(ref answered) == Callers * ExchangesOfEach / 4)
                    gateway.Lane.Retire();
            }
        }));
        await over.CancelAsync();

        // Each of them ends only when the lane closes its connection.
        await Task.WhenAll(await serving).WaitAsync(LaneServer.WaitMax);
        Assert.Equal(0, gateway.Lane.Idle);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public void A_lane_that_nobody_knows_any_more_is_forgotten_with_its_timer()
    {
        WeakReference lane = OpenAndRetire();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(lane.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OpenAndRetire()
    {
        LaneTransport lane = new(new Uri("http://127.0.0.1:9/"), 1);
        lane.Retire();
        return new WeakReference(lane);
    }

    private static async Task<Task[]> ServeAsync(LaneServer server, CancellationToken over)
    {
        List<Task> serving = [];
        try
        {
            while (true)
                serving.Add(AnswerAsync(await server.AcceptAsync(over)));
        }
        catch (OperationCanceledException)
        {
            return [.. serving];
        }
    }

    private static async Task AnswerAsync(LanePeer peer)
    {
        using (peer)
        {
            while (await peer.ReadRequestAsync() is not null)
                await peer.AnswerAsync("{}");
        }
    }
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Sockets;
using Xunit;

namespace Fast.Load.Tests.Load;

public sealed class LoadEngineTests : IDisposable
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(500);
    private static readonly AnswerCheck s_check = new(200, 5, "hello", 0);

    private readonly EventLoop _loop = Loads.StartLoop(null);

    public void Dispose() => _loop.Dispose();

    private static LoadPlan Plan(ScriptedServer server, int connections = 4)
    {
        byte[] request = RequestTemplate.Chat("localhost", "/", "ok", 200, false, []);
        return new LoadPlan(server.Address, request, connections, false, s_check);
    }

    [Fact]
    public async Task An_open_loop_sends_as_many_requests_as_were_asked_for()
    {
        using ScriptedServer server = new(static _ => Task.FromResult<string?>(ScriptedServer.Ok()));
        using LoadEngine engine = new(_loop, Plan(server));
        LoadResult result = await engine.RunAsync(s_slice, 400, CancellationToken.None);
        Assert.Equal((200L, 200L, 0L, 0L), (result.Sent, result.Completed, result.Failed, result.Unanswered));
        Assert.Equal((200L, 200L, 400.0), (result.LatencyNs.Count, result.FirstByteNs.Count, result.AskedRate));
        Assert.Equal(s_slice, result.Elapsed);
        Assert.Equal((200L, 200L, 0L), (engine.Progress.Sent, engine.Progress.Completed, engine.Progress.Failed));
    }

    [Fact]
    public async Task A_stall_counts_for_every_request_that_was_due_in_it()
    {
        // One connection, 400 requests per second, one answer of 200 ms: 80 requests are due meanwhile, and wait 200, 197.5, ... ms.
        using ScriptedServer server = new(static async request =>
        {
            if (request == 40)
                await Task.Delay(200);
            return ScriptedServer.Ok();
        });
        using LoadEngine engine = new(_loop, Plan(server, connections: 1));
        LoadResult result = await engine.RunAsync(s_slice, 400, CancellationToken.None);
        Assert.Equal((200L, 0L), (result.Completed, result.Failed));
        // A timer may be early by its own grain.
        Assert.True(result.LatencyNs.Max >= 190_000_000, $"the longest is {result.LatencyNs.Max} ns");
        // Were latency counted from the sending, one request of 200 would be slow, and this percentile would be far below.
        Assert.True(result.LatencyNs.Percentile(80) >= 80_000_000, $"p80 is {result.LatencyNs.Percentile(80)} ns");
    }

    [Fact]
    public async Task A_closed_loop_keeps_its_connections_over_slices()
    {
        using ScriptedServer server = new(static _ => Task.FromResult<string?>(ScriptedServer.Ok()));
        using LoadEngine engine = new(_loop, Plan(server));
        LoadResult sum = await engine.RunAsync(s_slice / 2, 0, CancellationToken.None);
        sum.Add(await engine.RunAsync(s_slice / 2, 0, CancellationToken.None));
        Assert.True(sum.Completed > 4);
        Assert.Equal((sum.Sent, 0L, 0L), (sum.Completed, sum.Failed, sum.Unanswered));
        Assert.Equal(sum.Completed, sum.LatencyNs.Count);
        Assert.Equal(4, server.Connections);
        Assert.True(sum.AchievedRate > 0);
    }

    [Fact]
    public async Task Failures_are_counted_by_kind_and_the_connection_comes_back()
    {
        using ScriptedServer server = new(static request => Task.FromResult(request switch
        {
            1 => null,
            2 => "HTTP/1.1 500 No\r\ncontent-length: 5\r\n\r\nhello",
            3 => ScriptedServer.Ok("other"),
            _ => ScriptedServer.Ok(),
        }));
        using LoadEngine engine = new(_loop, Plan(server, connections: 1));
        LoadResult result = await engine.RunAsync(s_slice, 20, CancellationToken.None);
        Assert.Equal((10L, 7L, 3L), (result.Sent, result.Completed, result.Failed));
        Assert.Equal(1, result.Failures["no answer: closed"]);
        Assert.Equal(1, result.Failures["status 500"]);
        Assert.Equal(1, result.Failures["body without 'hello'"]);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task What_is_not_answered_in_time_is_counted_and_its_connection_closed()
    {
        using ScriptedServer server = new(static async request =>
        {
            if (request > 0)
                await Task.Delay(Timeout.Infinite);
            return ScriptedServer.Ok();
        });
        using LoadEngine engine = new(_loop, Plan(server, connections: 1) with { DrainMax = TimeSpan.FromMilliseconds(50) });
        LoadResult result = await engine.RunAsync(s_slice, 20, CancellationToken.None);
        Assert.Equal((2L, 1L, 0L, 9L), (result.Sent, result.Completed, result.Failed, result.Unanswered));
    }

    [Fact]
    public async Task Stopping_ends_a_slice_at_once_with_what_it_has()
    {
        using ScriptedServer server = new(static async _ =>
        {
            await Task.Delay(Timeout.Infinite);
            return null;
        });
        using LoadEngine engine = new(_loop, Plan(server));
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(100));
        LoadResult result = await engine.RunAsync(TimeSpan.FromMinutes(5), 0, stop.Token).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((4L, 0L, 4L), (result.Sent, result.Completed, result.Unanswered));
    }

    [Fact]
    public async Task A_target_that_is_not_there_fails_every_request()
    {
        ScriptedServer server = new(static _ => Task.FromResult<string?>(null));
        LoadPlan plan = Plan(server);
        server.Dispose();
        using LoadEngine engine = new(_loop, plan);
        LoadResult result = await engine.RunAsync(s_slice / 5, 0, CancellationToken.None);
        Assert.InRange(result.Failures["connect: refused"], 4, 100);
        Assert.Equal(0, result.Completed);
    }

    [Fact]
    public async Task The_process_s_own_usage_grows()
    {
        int[] pids = [Environment.ProcessId];
        ProcessUsage before = ProcessUsage.Of(pids);
        long until = LoopClock.NowNs + 50_000_000;
        while (LoopClock.NowNs < until)
            await Task.Yield();
        ProcessUsage after = ProcessUsage.Of(pids);
        Assert.True(after.Cpu > before.Cpu);
        Assert.True(after is { RssBytes: > 1_000_000, PssBytes: > 1_000_000, Threads: > 1, PrivateDirtyBytes: > 0 });
        Assert.Equal(default, ProcessUsage.Of([int.MaxValue]));
    }
}

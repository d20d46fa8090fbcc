using System;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>What an exchange holds while nothing comes: thousands of streams wait like that at the same time.</summary>
public sealed class LaneIdleTests
{
    private const string Stream = """{"model":"mock/a","stream":true}""";

    [Fact]
    public async Task While_the_first_byte_of_a_stream_is_waited_for_the_question_is_held_and_nothing_else()
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> asking = gateway.AskAsync(Stream);
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        Assert.NotNull(await peer.ReadRequestAsync());

        // The caller's head and body, for the next target.
        await HeldAsync(gateway, 2);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\ndata: [DONE]\n\n");
        Assert.Equal("data: [DONE]\n\n", (await asking).Body);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task Between_two_events_nothing_is_held()
    {
        using LaneGateway gateway = new();
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(TestRequests.Chat(Stream));
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        Assert.NotNull(await peer.ReadRequestAsync());
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 23\r\n\r\ndata: 1\n\n");
        Assert.Contains("x-request-id: ", await caller.ReadToAsync("data: 1\n\n"), StringComparison.OrdinalIgnoreCase);
        await HeldAsync(gateway, 0);

        // And the connection still knows what to do when the stream has ended.
        await peer.SendAsync("data: [DONE]\n\n");
        await caller.ReadToAsync("data: [DONE]\n\n");
        await caller.SendAsync(TestRequests.Chat(LaneGateway.Chat));
        Assert.NotNull(await peer.ReadRequestAsync());
        await peer.AnswerAsync("next");
        await caller.ReadToAsync("next");
        caller.Leave();
        await caller.Served;
        await gateway.NothingIsHeldAsync();
    }

    private static async Task HeldAsync(LaneGateway gateway, long buffers)
    {
        long until = Environment.TickCount64 + (long)LaneServer.WaitMax.TotalMilliseconds;
        while (gateway.Server.Server.Buffers.Outstanding != buffers && Environment.TickCount64 < until)
            await Task.Delay(1);
        Assert.Equal(buffers, gateway.Server.Server.Buffers.Outstanding);
    }
}

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream.Lane;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>What goes wrong between the lane and a provider, and what the caller gets; nothing is held afterwards.</summary>
public sealed class LaneFaultTests
{
    private const int LargeBytes = 10 * 1024 * 1024;

    [Fact]
    public async Task A_provider_that_is_not_there_cannot_be_reached()
    {
        using LaneGateway gateway = new();
        gateway.Provider.Dispose();
        TestAnswer answer = await gateway.AskAsync();
        Assert.Equal(502, answer.Status);
        Assert.Contains("\"upstream_unreachable\"", answer.Body);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task A_provider_that_has_a_name_is_looked_up_and_every_address_of_it_is_tried()
    {
        using LaneServer provider = new();
        Uri named = new($"http://localhost:{provider.EndPoint.Port}/");
        using TestServer server = new(new TestSnapshot { Places = [(named, new LaneTransport(named, 30_000))] });
        Task<string> asking = server.AnswerAsync(TestRequests.Chat(LaneGateway.Chat));
        using LanePeer peer = await provider.AcceptAsync();
        Assert.Contains($"\r\nhost: localhost:{provider.EndPoint.Port}\r\n", await peer.ReadRequestAsync(), StringComparison.OrdinalIgnoreCase);
        await peer.AnswerAsync("{}");
        Assert.StartsWith("HTTP/1.1 200 ", await asking.WaitAsync(LaneServer.WaitMax));
    }

    [Fact]
    public async Task A_provider_that_takes_no_more_connections_is_not_waited_for_longer_than_patience_lasts()
    {
        using LaneServer full = new(backlog: 0);
        List<Socket> waiting = Fill(full.EndPoint);
        using LaneGateway gateway = new(connectMs: 50, first: full);
        TestAnswer answer = await gateway.AskAsync();
        Assert.Equal(502, answer.Status);
        Assert.Contains("\"upstream_unreachable\"", answer.Body);
        await gateway.NothingIsHeldAsync();
        waiting.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task A_caller_that_leaves_while_the_connection_is_made_ends_that_too()
    {
        using LaneServer full = new(backlog: 0);
        List<Socket> waiting = Fill(full.EndPoint);
        using LaneGateway gateway = new(connectMs: 600_000, first: full);
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(TestRequests.Chat(LaneGateway.Chat));
        caller.Leave();
        await caller.ServedAsync();
        await gateway.NothingIsHeldAsync();
        waiting.ForEach(static socket => socket.Dispose());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("HTTP/1.1 200", null)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nda: 1\n\nda\r\n", "da: 1\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", "hello")]
    public async Task A_caller_that_leaves_ends_the_connection_to_the_provider_wherever_the_exchange_is(string? answer, string? seen)
    {
        using LaneGateway gateway = new();
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(TestRequests.Chat(answer is null ? Large('a') : LaneGateway.Chat));
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        Assert.NotNull(answer is null ? await peer.ReadHeadAsync() : await peer.ReadRequestAsync());
        await peer.SendAsync(answer ?? "");
        if (seen is not null)
            await caller.ReadToAsync(seen);
        caller.Leave();
        await caller.ServedAsync();
        await peer.ReadToEndAsync();
        Assert.Equal(0, gateway.Lane.Idle);
        await gateway.NothingIsHeldAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\n\r\ntoo much")]
    [InlineData("HTTP/1.1 413 Too Large\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ntoo much\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo much")]
    public async Task An_answer_that_comes_before_the_request_is_out_reaches_the_caller(string early)
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> asking = gateway.AskAsync(Large('a'));
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        Assert.NotNull(await peer.ReadHeadAsync());
        await peer.SendAsync(early);
        TestAnswer answer = await asking;
        Assert.Equal((413, "too much"), (answer.Status, answer.Body));

        // Half a request is on it: nobody may ask on this connection again.
        await peer.ReadToEndAsync();
        Assert.Equal(0, gateway.Lane.Idle);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task A_body_that_is_still_being_sent_is_not_overwritten_by_the_next_one()
    {
        using LaneGateway gateway = new();
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(TestRequests.Chat(Large('a')));
        using LanePeer peer = await gateway.Provider.AcceptAsync();
        string head = (await peer.ReadHeadAsync())!;
        await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await caller.ReadToAsync("hello");

        // The first body is given up by its exchange while most of it is not out: these would take its memory.
        for (int i = 0; i < 4; i++)
        {
            (LanePeer other, TestAnswer answer) = await gateway.AskAsync(static peer => peer.AnswerAsync("ok", "Connection: close\r\n"), Large('b'));
            Assert.Equal("ok", answer.Body);
            other.Dispose();
        }

        string body = (await peer.ReadBodyAsync(LanePeer.LengthOf(head)))!;
        Assert.Equal(Large('a').Replace("mock/a", "a", StringComparison.Ordinal), body);
        await peer.SendAsync("3\r\nend\r\n0\r\n\r\n");
        Assert.EndsWith("\r\n0\r\n\r\n", await caller.ReadToAsync("\r\n0\r\n\r\n"));
        caller.Leave();
        await caller.ServedAsync();
        await gateway.NothingIsHeldAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_provider_that_breaks_off_has_closed(bool inTheMiddle, bool reset)
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> asking = gateway.AskAsync(inTheMiddle ? Large('a') : LaneGateway.Chat);
        LanePeer peer = await gateway.Provider.AcceptAsync();
        Assert.NotNull(inTheMiddle ? await peer.ReadHeadAsync() : await peer.ReadRequestAsync());
        if (reset)
            peer.Reset();
        else
            peer.Dispose();
        TestAnswer answer = await asking;
        Assert.Equal(502, answer.Status);
        Assert.Contains("\"upstream_closed\"", answer.Body);
        Assert.False(gateway.Provider.HasCaller);
        await gateway.NothingIsHeldAsync();
    }

    [Fact]
    public async Task The_next_target_gets_the_whole_body_when_the_first_breaks_off_in_the_middle_of_it()
    {
        using LaneGateway gateway = new(providers: 2);
        string large = Large('a').Replace("mock/a", "both", StringComparison.Ordinal);
        Task<TestAnswer> asking = gateway.AskAsync(large);
        LanePeer one = await gateway.Providers[0].AcceptAsync();
        Assert.NotNull(await one.ReadHeadAsync());
        one.Reset();
        using LanePeer two = await gateway.Providers[1].AcceptAsync();
        Assert.EndsWith(large.Replace("\"both\"", "\"served by mock2\"", StringComparison.Ordinal), await two.ReadRequestAsync());
        await two.AnswerAsync("fine");
        Assert.Equal("fine", (await asking).Body);
        await gateway.NothingIsHeldAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "hello")]
    public async Task A_body_that_is_cut_off_does_not_look_whole_to_the_caller(string answer, string seen)
    {
        using LaneGateway gateway = new();
        TestConnection caller = gateway.Server.Connect();
        await caller.SendAsync(TestRequests.Chat(LaneGateway.Chat));
        LanePeer peer = await gateway.Provider.AcceptAsync();
        await peer.ReadRequestAsync();
        await peer.SendAsync(answer);
        string begin = await caller.ReadToAsync(seen);
        peer.Dispose();
        string rest = await caller.ReadToEndAsync();
        await caller.ServedAsync();
        Assert.StartsWith("HTTP/1.1 200 ", begin);
        Assert.DoesNotContain("0\r\n\r\n", rest);
        await gateway.NothingIsHeldAsync();
    }

    /// <summary>Connects until nobody is let in any more.</summary>
    private static List<Socket> Fill(IPEndPoint place)
    {
        List<Socket> waiting = [];
        for (int i = 0; i < 8; i++)
        {
            Socket socket = new(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            waiting.Add(socket);
            try
            {
                socket.Connect(place);
            }
            catch (SocketException late) when (late.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // It waits, as everybody behind it will.
            }
        }

        return waiting;
    }

    private static string Large(char letter) => $$"""{"model":"mock/a","x":"{{new string(letter, LargeBytes)}}"}""";
}

using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>How an answer's head and body are read.</summary>
public sealed class LaneAnswerTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Chunked = Ok + "Transfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData(Ok + "Content-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "hello")]
    [InlineData(Ok + "Content-Length: 0\r\n\r\n", "")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData(Chunked + "0\r\n\r\n", "")]
    [InlineData(Chunked + "1\r\nh\r\n4;a=\"b\"\r\nello\r\n00;last\r\nT: v\r\nU: w\r\n\r\n", "hello")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n" + Ok + "Content-Length: 2\r\n\r\nhi", "hi")]
    public async Task An_answer_is_the_same_however_its_bytes_come_and_its_connection_goes_on(string answer, string body)
    {
        foreach ((bool drip, int window) in ((bool, int)[])[(false, 2048), (false, 1), (false, 3), (true, 2048), (true, 1)])
            await CheckAsync(answer, drip, window, body, 1);
    }

    [Theory]
    [InlineData(Ok + "Connection: close\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", "hello")]
    [InlineData(Ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData(Ok + "Content-Length: 5\r\n\r\nhelloX", "hello")]
    [InlineData(Ok + "Content-Length: 0\r\n\r\nX", "")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\nX", "")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\nX", "hello")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n\r\n", "hello")]
    public async Task An_answer_after_which_nobody_can_be_sure_is_the_last_on_its_connection(string answer, string body)
    {
        await CheckAsync(answer, drip: false, 2048, body, 0);
        await CheckAsync(answer, drip: false, 1, body, 0);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public Task An_answer_that_has_no_body_but_announces_one_is_the_last_on_its_connection(string answer) =>
        CheckAsync(answer, drip: false, 2048, "", 0);

    [Theory]
    [InlineData(Ok + "\r\nhello", "hello")]
    [InlineData(Ok + "\r\n", "")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", "hello")]
    public async Task A_body_without_a_length_ends_with_its_connection(string answer, string body)
    {
        using LaneTrip trip = new();
        (UpstreamResponse response, LanePeer _) = await trip.AskAsync(answer, close: true);
        Assert.Equal((-1L, true), (response.Length, response.EndIsClose));
        Assert.Equal(body, await LaneTrip.ReadAsync(response));
        Assert.True(response.EndIsClose);
        response.Dispose();
        Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
    }

    [Theory]
    [InlineData(Ok + "Content-Length: 5\r\n\r\n")]
    [InlineData(Ok + "Content-Length: 5\r\n\r\nhell")]
    [InlineData(Chunked)]
    [InlineData(Chunked + "5\r\nhell")]
    [InlineData(Chunked + "5\r\nhello")]
    [InlineData(Chunked + "5\r\nhello\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\nT: v\r\n")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r")]
    public async Task A_body_that_is_cut_off_never_ends_well(string answer)
    {
        foreach (int window in (int[])[2048, 1])
        {
            using LaneTrip trip = new();
            (UpstreamResponse response, LanePeer _) = await trip.AskAsync(answer, close: true);
            await Assert.ThrowsAsync<IOException>(() => LaneTrip.ReadAsync(response, window));
            Assert.False(response.IsComplete);
            response.Dispose();
            Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
        }
    }

    [Theory]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\nX\r\n")]
    [InlineData("5\r\nhello\r\n-1\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n\n")]
    [InlineData("5\r\nhello\r\nffffffffffffffff\r\n")]
    public async Task A_body_whose_chunks_are_not_in_order_never_ends_well(string body)
    {
        foreach (int window in (int[])[2048, 1])
        {
            using LaneTrip trip = new();
            (UpstreamResponse response, LanePeer peer) = await trip.AskAsync(Chunked + body);
            await Assert.ThrowsAsync<IOException>(() => LaneTrip.ReadAsync(response, window));
            Assert.False(response.IsComplete);
            response.Dispose();
            Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
            peer.Dispose();
        }
    }

    [Theory]
    [InlineData("X\r\n")]
    [InlineData("-1\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task Chunks_that_are_out_of_order_from_the_first_on_are_known_before_the_caller_has_a_head(string body)
    {
        using LaneTrip trip = new();
        (UpstreamResponse response, LanePeer peer) = await trip.AskAsync(Chunked + body);
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => LaneTrip.ReadAsync(response));
        Assert.Equal(HttpRequestError.InvalidResponse, failure.HttpRequestError);
        response.Dispose();
        Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
        peer.Dispose();
    }

    [Fact]
    public async Task A_last_chunk_that_is_longer_than_the_window_is_read_in_order()
    {
        string trailers = string.Concat(Enumerable.Repeat("T: " + new string('v', 95) + "\r\n", 80));
        await CheckAsync(Chunked + "0\r\n" + trailers + "\r\n", drip: false, 100, "", 1);
        await CheckAsync(Chunked + "5;" + new string('e', 200) + "\r\nhello\r\n0\r\n" + trailers + "\r\n", drip: false, 100, "hello", 1);
    }

    [Fact]
    public async Task Reading_takes_no_more_than_the_body_has()
    {
        string body = new('b', 300_000);
        using LaneTrip trip = new();
        Task<UpstreamResponse> sending = trip.SendAsync();
        using LanePeer peer = await trip.Server.AcceptAsync();
        await peer.ReadRequestAsync();
        Task answering = peer.SendAsync($"{Ok}Content-Length: {body.Length}\r\n\r\n{body}{Ok}Content-Length: 6\r\n\r\nstolen");
        UpstreamResponse response = await sending;
        Assert.Equal(body, await LaneTrip.ReadAsync(response, 32 * 1024));
        await answering;
        response.Dispose();

        trip.Renew();
        Task<UpstreamResponse> second = trip.SendAsync();
        using LanePeer other = await trip.Server.AcceptAsync();
        await other.ReadRequestAsync();
        await other.AnswerAsync("mine");
        using UpstreamResponse answer = await second;
        Assert.Equal("mine", await LaneTrip.ReadAsync(answer));
    }

    [Theory]
    [InlineData(Ok + "Content-Length: 5\r\n\r\nhello", 1)]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n", 1)]
    [InlineData(Ok + "Content-Length: 6\r\n\r\nhello", 0)]
    [InlineData(Ok + "Content-Length: 4\r\n\r\nhello", 0)]
    [InlineData(Chunked + "5\r\nhello\r\n", 0)]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\nX", 0)]
    [InlineData(Chunked + "5\r\nhelloX0\r\n\r\n", 0)]
    [InlineData(Ok + "\r\nhello", 0)]
    public async Task An_answer_that_nobody_reads_leaves_a_connection_only_when_it_is_there_whole(string answer, int idle)
    {
        using LaneTrip trip = new();
        (UpstreamResponse response, LanePeer peer) = await trip.AskAsync(answer);
        response.Dispose();
        response.Dispose();
        Assert.Equal((idle, 0), (trip.Lane.Idle, trip.Held));
        peer.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno-colon\r\n\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    public async Task What_is_no_answer_is_malformed_and_ends_the_connection(string answer)
    {
        using LaneTrip trip = new();
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => trip.AskAsync(answer));
        Assert.Equal(HttpRequestError.InvalidResponse, failure.HttpRequestError);
        Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task There_may_be_some_interim_answers_and_not_any_number(int count, bool fine)
    {
        string answer = string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", count)) + Ok + "Content-Length: 2\r\n\r\nhi";
        using LaneTrip trip = new();
        if (fine)
            await CheckAsync(answer, drip: false, 2048, "hi", 1);
        else
            await Assert.ThrowsAsync<HttpRequestException>(() => trip.AskAsync(answer));
    }

    [Theory]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, false)]
    [InlineData(200_000, false)]
    public async Task A_head_may_be_as_large_as_the_limit_and_no_larger(int bytes, bool fine)
    {
        string start = Ok + "Content-Length: 2\r\n";
        string head = start + "X: " + new string('x', bytes - start.Length - 7) + "\r\n\r\n";
        Assert.Equal(bytes, head.Length);
        if (fine)
        {
            await CheckAsync(head + "hi", drip: false, 2048, "hi", 1);
            return;
        }

        using LaneTrip trip = new();
        Task<UpstreamResponse> sending = trip.SendAsync();
        using LanePeer peer = await trip.Server.AcceptAsync();
        await peer.ReadRequestAsync();
        Task answering = peer.SendAsync(head + "hi");
        Assert.Equal(HttpRequestError.InvalidResponse, (await Assert.ThrowsAsync<HttpRequestException>(() => sending)).HttpRequestError);
        await answering.ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 2")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")]
    public async Task A_head_that_is_cut_off_says_that_the_provider_closed(string answer)
    {
        using LaneTrip trip = new();
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => trip.AskAsync(answer, close: true));
        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
        Assert.Equal((0, 0), (trip.Lane.Idle, trip.Held));
    }

    [Fact]
    public async Task Fields_of_this_hop_and_of_the_providers_host_do_not_reach_the_caller()
    {
        using LaneGateway gateway = new();
        (LanePeer peer, TestAnswer answer) = await gateway.AskAsync(static peer => peer.SendAsync(
            "HTTP/1.1 299 Odd \u00fc\r\nX-A:  1 \nx-hop: no\r\nSet-Cookie: a=b\r\nConnection: x-hop\r\nX-Request-Id: theirs\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}"));
        Assert.Equal(("HTTP/1.1 299 Odd \u00fc", "1 | 2", "", "", "theirs", "2", "{}"), (answer.StatusLine, answer.Field("x-a"), answer.Field("x-hop"),
            answer.Field("set-cookie"), answer.Field("x-request-id"), answer.Field("content-length"), answer.Body));
        peer.Dispose();
    }

    [Fact]
    public async Task A_stream_whose_provider_dies_before_its_first_event_does_not_end_well()
    {
        using LaneGateway gateway = new();
        Task<TestAnswer> asking = gateway.AskAsync("""{"model":"mock/a","stream":true}""");
        LanePeer peer = await gateway.Provider.AcceptAsync();
        await peer.ReadRequestAsync();
        await peer.SendAsync(Ok + "Content-Type: text/event-stream\r\n\r\n");
        peer.Dispose();
        Assert.Contains("upstream_disconnected", (await asking).Body);
        await gateway.NothingIsHeldAsync();
    }

    private static async Task CheckAsync(string answer, bool drip, int window, string body, int idle)
    {
        using LaneTrip trip = new();
        (UpstreamResponse response, LanePeer peer) = await trip.AskAsync(answer, drip);
        Assert.Equal(body, await LaneTrip.ReadAsync(response, window));
        Assert.True(response.IsComplete || body.Length == 0);
        Assert.Equal(0, await response.ReadAsync(new byte[1], default).AsTask().WaitAsync(LaneServer.WaitMax));
        response.Dispose();
        Assert.Equal((idle, 0), (trip.Lane.Idle, trip.Held));
        peer.Dispose();
    }
}

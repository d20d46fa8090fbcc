using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

public sealed class BodyRelayTests
{
    private const string Events = ": hello\n\ndata: {\"a\":1}\n\nevent: x\ndata: {\"b\":2}\n\ndata: [DONE]\n\n";
    private const string ErrorEvent = "data: {\"error\":{\"message\":\"The provider 'mock' broke off in the middle of its answer.\","
        + "\"type\":\"server_error\",\"param\":null,\"code\":\"upstream_disconnected\"}}\n\n";

    private static readonly string s_ask = TestRequests.Chat("""{"model":"mock/a","stream":true}""");

    [Theory]
    [InlineData(Events)]
    [InlineData(": hello\r\n\r\ndata: 1\r\n\r\ndata: [DONE]\r\n\r\n")]
    [InlineData(": hello\r\rdata: 1\r\rdata: [DONE]\r\r")]
    [InlineData("data: 1\n\n\n\ndata: 2\n\nid: 5")]
    [InlineData("")]
    public async Task An_event_stream_arrives_unchanged_however_it_is_cut(string stream)
    {
        for (int piece = 1; piece <= Math.Max(1, stream.Length); piece++)
        {
            TestAnswer answer = await RelayAsync(Pieces(stream, piece), StubEnd.Clean);
            Assert.Equal(stream, answer.Body);
            Assert.True(answer.HasLastChunk);
        }
    }

    [Fact]
    public async Task Events_go_out_whole()
    {
        TestAnswer answer = await RelayAsync(Pieces(Events, 1), StubEnd.Clean);
        Assert.Equal([": hello\n", "\n", "data: {\"a\":1}\n\n", "event: x\ndata: {\"b\":2}\n\n", "data: [DONE]\n\n"], answer.Chunks);
    }

    [Fact]
    public async Task Several_events_of_one_read_go_out_at_once()
    {
        TestAnswer answer = await RelayAsync(["data: 1\n\ndata: 2\n\ndata:", " 3\n\n"], StubEnd.Clean);
        Assert.Equal(["data: 1\n\ndata: 2\n\n", "data: 3\n\n"], answer.Chunks);
    }

    [Theory]
    [InlineData("data: 1\n\n", "data: 1\n\n")]
    [InlineData("data: 1\n\ndata: 2", "data: 1\n\n")]
    [InlineData("data: 1\n\ndata: 2\n", "data: 1\n\n")]
    [InlineData("data: 1\n\n: comment", "data: 1\n\n")]
    public async Task A_stream_that_breaks_off_ends_between_two_events_with_ours(string sent, string received)
    {
        for (int piece = 1; piece <= sent.Length; piece++)
        {
            TestAnswer answer = await RelayAsync(Pieces(sent, piece), StubEnd.Broken);
            Assert.Equal(received + ErrorEvent, answer.Body);
            Assert.False(answer.HasLastChunk);
        }
    }

    [Theory]
    [InlineData("", "\n\n")]
    [InlineData("\n", "\n")]
    public async Task Behind_a_long_event_that_breaks_off_ours_begins_on_a_line_of_its_own(string end, string between)
    {
        string sent = "data: 1\n\ndata: " + new string('x', 50_000) + end;
        TestAnswer answer = await RelayAsync(Pieces(sent, 5000), StubEnd.Broken);
        Assert.Equal(sent + between + ErrorEvent, answer.Body);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2000)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(40_000)]
    [InlineData(1_000_000)]
    public async Task Long_events_arrive_unchanged(int length)
    {
        string sent = $"data: 1\n\ndata: {new string('x', length)}\n\ndata: 2\n\ndata: {new string('y', length)}\n\ndata: [DONE]\n\n";
        foreach (int piece in (int[])[1000, 16_000, sent.Length])
        {
            TestAnswer answer = await RelayAsync(Pieces(sent, piece), StubEnd.Clean);
            Assert.True(sent == answer.Body, $"A stream in pieces of {piece} bytes changed.");
        }
    }

    [Fact]
    public async Task Behind_a_long_event_that_ended_well_events_are_held_again()
    {
        string sent = $"data: {new string('x', 50_000)}\n\ndata: 2";
        TestAnswer answer = await RelayAsync(Pieces(sent, 5000), StubEnd.Broken);
        Assert.Equal(sent[..^"data: 2".Length] + ErrorEvent, answer.Body);
    }

    [Fact]
    public async Task A_responses_stream_is_told_an_error_in_its_own_words()
    {
        TestAnswer answer = await RelayAsync(["event: a\ndata: 1\n\n", "event: b\ndata: 2\n\n"], StubEnd.Broken, s_ask.Replace("chat/completions", "responses"));
        Assert.EndsWith("event: error\ndata: {\"message\":\"The provider 'mock' broke off in the middle of its answer.\",\"type\":\"error\","
            + "\"param\":null,\"code\":\"upstream_disconnected\",\"sequence_number\":2}\n\n", answer.Body);
    }

    [Theory]
    [InlineData("data: 1\n\ndata: [DONE]\n\n", true)]
    [InlineData("data: 1\n\n", false)]
    [InlineData("data: 1\n\ndata: [DONE]\n", false)]
    public async Task A_stream_that_only_the_close_ends_has_to_have_its_last_event(string sent, bool whole)
    {
        TestAnswer answer = await RelayAsync([sent], StubEnd.Clean, change: static answer => answer.Headers.TransferEncodingChunked = null);
        Assert.Equal(whole, answer.HasLastChunk);
        Assert.Equal(whole, !answer.Body.Contains("upstream_disconnected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("event: response.completed\ndata: 1\n\n", true)]
    [InlineData("event: response.completed\ndata: 1\n", false)]
    public async Task A_responses_stream_that_only_the_close_ends_has_to_end_behind_an_event(string sent, bool whole)
    {
        TestAnswer answer = await RelayAsync(
            [sent], StubEnd.Clean, s_ask.Replace("chat/completions", "responses"), static answer => answer.Headers.TransferEncodingChunked = null);
        Assert.Equal(whole, answer.HasLastChunk);
    }

    [Fact]
    public async Task A_compressed_stream_passes_as_it_is_and_gets_nothing_added()
    {
        TestAnswer answer = await RelayAsync(["\u001f\u008b", "\n\nx"], StubEnd.Broken, change: static answer => answer.Content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip"));
        Assert.Equal("\u001f\u008b\n\nx", answer.Body);
        Assert.False(answer.HasLastChunk);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public async Task A_body_of_any_size_arrives_in_both_framings(int length)
    {
        string body = string.Concat(Enumerable.Range(0, (length / 10) + 1).Select(static i => $"{i,9:D9}\0"))[..length];
        TestAnswer chunked = await RelayAsync([body], StubEnd.Clean, change: static answer => answer.Content.Headers.ContentType = null);
        Assert.True(body == chunked.Body && chunked.HasLastChunk);
        TestAnswer counted = await RelayAsync([body], StubEnd.Clean, change: answer => Announce(answer, length));
        Assert.True(body == counted.Body && counted.Field("transfer-encoding").Length == 0);
        Assert.Equal(length.ToString(System.Globalization.CultureInfo.InvariantCulture), counted.Field("content-length"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public async Task Chunks_win_over_a_length_beside_them(int announced)
    {
        TestAnswer answer = await RelayAsync(["hello world"], StubEnd.Clean, change: one => one.Content.Headers.ContentLength = announced);
        Assert.Equal(("hello world", "", true), (answer.Body, answer.Field("content-length"), answer.HasLastChunk));
    }

    [Theory]
    [InlineData(5, "")]
    [InlineData(100, "hello world")]
    public async Task A_body_of_another_length_than_announced_ends_the_connection(int announced, string relayed)
    {
        TestAnswer answer = await RelayAsync(["hello world"], StubEnd.Clean, change: one =>
        {
            Announce(one, announced);
            one.Content.Headers.ContentType = null;
        });
        Assert.Equal((relayed, announced.ToString(System.Globalization.CultureInfo.InvariantCulture)), (answer.Body, answer.Field("content-length")));
    }

    [Fact]
    public async Task A_body_that_is_no_stream_and_breaks_off_ends_without_its_end()
    {
        TestAnswer answer = await RelayAsync(["{\"a\":"], StubEnd.Broken, change: static answer => answer.Content.Headers.ContentType = null);
        Assert.Equal("{\"a\":", answer.Body);
        Assert.False(answer.HasLastChunk);
    }

    private static void Announce(System.Net.Http.HttpResponseMessage answer, long length)
    {
        answer.Headers.TransferEncodingChunked = null;
        answer.Content.Headers.ContentLength = length;
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task An_answer_without_a_body_has_no_framing(int status)
    {
        TestAnswer answer = await RelayAsync([], StubEnd.Clean, change: answer => answer.StatusCode = (System.Net.HttpStatusCode)status);
        Assert.Equal((status, "", "", ""), (answer.Status, answer.Raw, answer.Field("transfer-encoding"), answer.Field("content-length")));
    }

    [Fact]
    public async Task An_old_caller_gets_the_stream_without_chunks()
    {
        TestConnection connection = await OpenOldAsync(StubEnd.Clean);
        TestAnswer answer = new(await connection.ReadToEndAsync());
        await connection.ServedAsync();
        Assert.Equal((Events, "", "close"), (answer.Raw, answer.Field("transfer-encoding"), answer.Field("connection")));
        Assert.False(connection.Aborted);
    }

    [Fact]
    public async Task To_an_old_caller_a_broken_stream_ends_with_the_event_that_says_so()
    {
        TestConnection connection = await OpenOldAsync(StubEnd.Broken);
        TestAnswer answer = new(await connection.ReadToEndAsync());
        await connection.ServedAsync();
        Assert.EndsWith("\"upstream_disconnected\"}}\n\n", answer.Raw);
        Assert.False(connection.Aborted);
    }

    [Theory]
    [InlineData(200, 100_000, "upstream_timeout", Fault.UpstreamTimeout)]
    [InlineData(100_000, 300, "exchange_timeout", Fault.TotalTimeout)]
    public async Task A_stream_that_falls_silent_is_ended_with_the_reason(int betweenMs, int totalMs, string code, Fault fault)
    {
        using TestServer server = new(new TestSnapshot { Timeouts = TimeoutsSnapshot.Default with { BetweenTokensMs = betweenMs, TotalMs = totalMs } });
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream(["data: 1\n\n", "data: 2"], StubEnd.Silent)));
        TestAnswer answer = new(await server.AnswerAsync(s_ask));
        Assert.StartsWith("data: 1\n\ndata: {\"error\":", answer.Body);
        Assert.Contains($"\"{code}\"", answer.Body);
        Assert.False(answer.HasLastChunk);
        Assert.Equal(1, server.Server.Counters.EndedWith(fault));
    }

    private static async Task<TestConnection> OpenOldAsync(StubEnd end)
    {
        using TestServer server = new();
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream(Pieces(Events, 7), end)));
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat("""{"model":"mock/a","stream":true}""", version: "HTTP/1.0"));
        await connection.Served;
        return connection;
    }

    private static async Task<TestAnswer> RelayAsync(IEnumerable<string> pieces, StubEnd end, string? ask = null, Action<HttpResponseMessage>? change = null)
    {
        using TestServer server = new();
        server.Upstream.Answer = _ =>
        {
            HttpResponseMessage answer = server.Upstream.Stream(new StubStream(pieces, end));
            change?.Invoke(answer);
            return Task.FromResult(answer);
        };
        TestAnswer answer = new(await server.AnswerAsync(ask ?? s_ask));
        Assert.Equal((0, 0), (server.Server.Buffers.Outstanding, server.Server.Bodies.Taken));
        Assert.Equal(server.Upstream.Opened, server.Upstream.Disposed);
        return answer;
    }

    private static IEnumerable<string> Pieces(string text, int length) =>
        text.Chunk(length).Select(static piece => new string(piece));
}

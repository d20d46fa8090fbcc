using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests;

/// <summary>The fake provider does what its scripts say: what the other tests prove rests on that.</summary>
public sealed class ProviderTests(Stage stage)
{
    private const string Done = "data: [DONE]\n\n\r\n0\r\n\r\n";

    private Task<RawConnection> OpenAsync() => RawConnection.OpenAsync(stage.Provider.Url);

    private async Task<string> AnswerAsync(string model, bool stream, string mark)
    {
        using RawConnection connection = await OpenAsync();
        string streams = stream ? "true" : "false";
        await connection.SendChatAsync($$"""{"model":"{{model}}","stream":{{streams}},"messages":[],"user":"{{mark}}"}""");
        return await connection.ReadToEndAsync();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_fault_has_its_status_and_an_error_object(int status)
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync($$"""{"model":"fault-{{status}}"}""");
        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToAsync("\r\n\r\n"));
        using JsonDocument body = JsonDocument.Parse(await connection.ReadToAsync("}}"));
        Assert.Equal(JsonValueKind.String, body.RootElement.GetProperty("error").GetProperty("message").ValueKind);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_come_back()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync("""{"model":"fault-429"}""");
        Assert.Contains("retry-after: 7\r\nretry-after-ms: 7000\r\n", await connection.ReadToAsync("\r\n\r\n"));
    }

    [Fact]
    public async Task A_refused_credential_is_quoted()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync("""{"model":"fault-401"}""", "Authorization: Bearer sk-secret\r\n");
        Assert.Contains("Incorrect API key provided: sk-secret.", await connection.ReadToAsync("}}"));
    }

    [Fact]
    public async Task A_body_has_the_length_that_was_asked_for()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync("""{"model":"body-5000"}""", "Connection: close\r\n");
        string answer = await connection.ReadToEndAsync();
        Assert.Equal(5000, answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    [Fact]
    public async Task A_connection_is_closed_before_the_head()
    {
        Assert.Equal("", await AnswerAsync("close-before-head", stream: false, ProviderProcess.Mark()));
    }

    [Fact]
    public async Task The_first_requests_are_closed_and_the_next_is_answered()
    {
        string model = $"close-first-2+{ProviderProcess.Mark()}";
        for (int request = 0; request < 2; request++)
            Assert.Equal("", await AnswerAsync(model, stream: false, ProviderProcess.Mark()));
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync($$"""{"model":"{{model}}"}""");
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToAsync("\r\n\r\n"));
    }

    [Theory]
    [InlineData("drop-after-4", true, 4)]
    [InlineData("drop-mid-event", true, 3)]
    [InlineData("drop-after-1", false, 0)]
    public async Task A_dropped_answer_ends_in_a_reset(string model, bool stream, int events)
    {
        string mark = ProviderProcess.Mark();
        await Assert.ThrowsAsync<IOException>(() => AnswerAsync(model, stream, mark));
        JsonElement request = await stage.Provider.RequestAsync(
            mark, static request => request.GetProperty("finished_ms").ValueKind == JsonValueKind.Number);
        Assert.Equal(events, request.GetProperty("events_written").GetInt32());
        Assert.False(request.GetProperty("aborted").GetBoolean());
    }

    [Fact]
    public async Task A_cut_stream_ends_in_order_after_three_events()
    {
        string answer = await AnswerAsync("close-delimited-cut", stream: true, ProviderProcess.Mark());
        Assert.DoesNotContain("transfer-encoding", answer);
        Assert.Equal(3, answer.Split("data: ").Length - 1);
        Assert.EndsWith("\n\n", answer);
    }

    [Fact]
    public async Task A_close_delimited_stream_is_whole()
    {
        string answer = await AnswerAsync("close-delimited+tokens-500", stream: true, ProviderProcess.Mark());
        Assert.Contains("connection: close\r\n", answer);
        Assert.EndsWith("data: [DONE]\n\n", answer);
    }

    [Fact]
    public async Task Split_bytes_come_one_to_a_chunk()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync("""{"model":"split-bytes+tokens-1","stream":true}""");
        await connection.ReadToAsync("\r\n\r\n");
        Assert.StartsWith("1\r\nd\r\n1\r\na\r\n1\r\nt\r\n", await connection.ReadToAsync("0\r\n\r\n"));
    }

    [Fact]
    public async Task Malformed_json_is_a_whole_answer_all_the_same()
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendChatAsync("""{"model":"malformed-json","stream":true}""");
        Assert.Contains("\"choices\":[{\n\n", await connection.ReadToAsync(Done));
        await connection.SendChatAsync("""{"model":"malformed-json"}""");
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToAsync("]]"));
    }

    [Fact]
    public async Task A_peer_that_leaves_is_noticed_and_told_of()
    {
        string mark = ProviderProcess.Mark();
        using (RawConnection connection = await OpenAsync())
        {
            await connection.SendChatAsync($$"""{"model":"hang","user":"{{mark}}"}""");
            await stage.Provider.RequestAsync(mark, static _ => true);
        }
        JsonElement request = await stage.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
        Assert.True(request.GetProperty("aborted_at_ms").GetDouble() >= request.GetProperty("arrived_ms").GetDouble());
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_in_order()
    {
        using RawConnection connection = await OpenAsync();
        const string request = "GET /v1/models HTTP/1.1\r\nHost: test\r\n\r\n";
        // A paced answer listens for the peer meanwhile, and must not lose what the peer sends.
        await connection.SendChatAsync("""{"model":"tokens-3+pace-20","stream":true}""");
        await connection.SendAsync(request + request);
        Assert.EndsWith(Done, await connection.ReadToAsync(Done));
        Assert.Contains("\"object\":\"list\"", await connection.ReadToAsync("]}"));
        Assert.Contains("\"object\":\"list\"", await connection.ReadToAsync("]}"));
    }

    [Fact]
    public async Task A_chunked_body_is_read_after_it_was_asked_for()
    {
        using RawConnection connection = await OpenAsync();
        const string headers = "Host: test\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n";
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\n{headers}\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await connection.ReadToAsync("\r\n\r\n"));
        foreach (char one in """{"model":"echo"}""")
            await connection.SendAsync($"1;x=y\r\n{one}\r\n");
        await connection.SendAsync("0\r\nTrailer: x\r\n\r\n");
        Assert.Contains("""{\"model\":\"echo\"}""", await connection.ReadToAsync("}}"));
    }

    [Fact]
    public async Task An_http_10_client_gets_a_stream_without_chunks()
    {
        using RawConnection connection = await OpenAsync();
        const string body = """{"model":"ok","stream":true}""";
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        string answer = await connection.ReadToEndAsync();
        Assert.Contains("\r\n\r\ndata: ", answer);
        Assert.EndsWith("data: [DONE]\n\n", answer);
    }

    [Theory]
    [InlineData("Content-Length: 99999999", 413)]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Transfer-Encoding: gzip", 400)]
    public async Task A_request_that_cannot_be_read_is_refused(string header, int status)
    {
        using RawConnection connection = await OpenAsync();
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\n{header}\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Requests_are_found_by_their_test_id()
    {
        string id = ProviderProcess.Mark();
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, $"{stage.Provider.Url}/v1/embeddings") { Content = new StringContent("{}") };
        request.Headers.Add("X-Test-Id", id);
        using HttpResponseMessage answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string page = await http.GetStringAsync($"{stage.Provider.Url}/_control/requests?client_id={id}");
        using JsonDocument found = JsonDocument.Parse(page);
        JsonElement one = Assert.Single(found.RootElement.EnumerateArray().ToArray());
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", one.GetProperty("body_sha256").GetString());
        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), one.GetProperty("id").GetString());
    }
}

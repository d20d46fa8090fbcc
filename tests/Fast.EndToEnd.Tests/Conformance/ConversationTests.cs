using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>What one request and one answer are not enough to show: waiting for a word, ends, and what reaches the provider.</summary>
public sealed class ConversationTests(ConformanceGateway gateway) : IClassFixture<ConformanceGateway>
{
    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    [Fact]
    public async Task A_caller_that_waits_to_continue_is_told_to()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Post($"Content-Length: {Body.Length}\r\nExpect: 100-continue\r\n", ""));
        Assert.Equal(Continue, await connection.ReadToAsync("\r\n\r\n"));
        await connection.SendAsync(Body);
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(200, answer.Status);
        await connection.SendAsync(Models);
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
    }

    [Fact]
    public async Task A_caller_that_waits_to_send_chunks_is_told_to()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chunked("", "Expect: 100-Continue\r\n"));
        Assert.Equal(Continue, await connection.ReadToAsync("\r\n\r\n"));
        await connection.SendAsync(Chunk(Body) + "0\r\n\r\n");
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
    }

    [Theory]
    [InlineData("Authorization: Bearer sk-nobody\r\n", 401)]
    [InlineData("Authorization: Bearer sk-test-all\r\nContent-Encoding: br\r\n", 415)]
    public async Task A_caller_that_waits_in_vain_is_refused_without_a_word(string fields, int status)
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\n{fields}Content-Length: {Body.Length}\r\nExpect: 100-continue\r\n\r\n");
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(status, answer.Status);
        // Whether the body still comes cannot be known, so what follows could be a body or a request.
        Assert.Equal("close", answer.Field("connection"));
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Post("Content-Length: 1000000\r\nExpect: 100-continue\r\n", ""));
        Assert.Equal(413, (await HttpAnswer.ReadAsync(connection)).Status);
    }

    [Fact]
    public async Task An_old_caller_is_never_told_to_continue()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(
            $"POST /v1/chat/completions HTTP/1.0\r\n{Key}Content-Length: {Body.Length}\r\nExpect: 100-continue\r\n\r\n{Body[..5]}");
        await connection.SendAsync(Body[5..]);
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task HEAD_announces_the_length_that_GET_has()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Models);
        HttpAnswer get = await HttpAnswer.ReadAsync(connection);
        await connection.SendAsync(Line("HEAD /v1/models HTTP/1.1"));
        HttpAnswer head = await HttpAnswer.ReadAsync(connection, hasBody: false);
        Assert.Equal(get.Body.Length.ToString(CultureInfo.InvariantCulture), head.Field("content-length"));
        Assert.Equal(get.Field("content-length"), head.Field("content-length"));
    }

    [Theory]
    [InlineData("GET /v1/chat/completions HTTP/1.1", "POST")]
    [InlineData("POST /v1/models HTTP/1.1", "GET, HEAD")]
    public async Task A_wrong_method_is_told_the_right_ones(string line, string allowed)
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Line(line));
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal((405, allowed), (answer.Status, answer.Field("allow")));
    }

    [Fact]
    public async Task A_missing_key_is_told_how_to_send_one()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendChatAsync(Body);
        Assert.Equal("Bearer", (await HttpAnswer.ReadAsync(connection)).Field("www-authenticate"));
    }

    [Fact]
    public async Task A_stream_to_an_old_caller_ends_with_the_connection()
    {
        using RawConnection connection = await gateway.OpenAsync();
        const string body = """{"model":"mock/tokens-3+pace-5","stream":true}""";
        await connection.SendAsync(
            $"POST /v1/chat/completions HTTP/1.0\r\n{Key}Connection: keep-alive\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        string answer = await connection.ReadToEndAsync();
        Assert.Contains("connection: close\r\n", answer);
        Assert.DoesNotContain("transfer-encoding", answer);
        Assert.DoesNotContain("content-length", answer);
        Assert.EndsWith("data: [DONE]\n\n", answer);
    }

    [Fact]
    public async Task A_broken_stream_to_an_old_caller_does_not_end_in_order()
    {
        using RawConnection connection = await gateway.OpenAsync();
        const string body = """{"model":"mock/drop-after-3","stream":true}""";
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.0\r\n{Key}Content-Length: {body.Length}\r\n\r\n{body}");
        string answer = await connection.ReadToEndAsync();
        Assert.Contains("\"upstream_disconnected\"", answer);
        Assert.DoesNotContain("[DONE]", answer);
    }

    [Fact]
    public async Task A_caller_that_stops_sending_is_still_told_what_Fast_knows_itself()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Models);
        connection.EndSending();
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal(200, answer.Status);
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_caller_that_stops_sending_counts_as_gone()
    {
        string mark = ProviderProcess.Mark();
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chat($$"""{"model":"mock/slow-first-10000","user":"{{mark}}"}"""));
        await gateway.Provider.RequestAsync(mark, static _ => true);
        connection.EndSending();
        Assert.Equal("", await connection.ReadToEndAsync());
        await gateway.Provider.RequestAsync(mark, static request => request.GetProperty("aborted").GetBoolean());
    }

    [Fact]
    public async Task A_body_that_is_cut_off_gets_no_answer()
    {
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Post("Content-Length: 100\r\n", Body));
        connection.EndSending();
        Assert.Equal("", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task A_refusal_reaches_a_caller_that_is_still_sending()
    {
        const int megabytes = 8;
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nContent-Length: {megabytes << 20}\r\n\r\n");
        Task sending = SendOnAsync(connection, megabytes);
        HttpAnswer answer = await HttpAnswer.ReadAsync(connection);
        Assert.Equal((401, "close"), (answer.Status, answer.Field("connection")));
        Assert.True(answer.IsWhole);
        await sending;
    }

    [Fact]
    public async Task Bytes_beyond_ASCII_reach_the_provider_as_they_were()
    {
        string mark = ProviderProcess.Mark();
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chat($$"""{"model":"mock/ok","user":"{{mark}}"}""", "X-Odd: gr\u00fc\u00df \u0080\u00ff\r\n"));
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
        JsonElement request = await gateway.Provider.RequestAsync(mark, static _ => true);
        Assert.Equal("gr\u00fc\u00df \u0080\u00ff", FieldOf(request, "x-odd"));
    }

    [Theory]
    [InlineData("""{"mod\u0065l":"mock/tokens-1","user":"MARK"}""", """{"mod\u0065l":"tokens-1","user":"MARK"}""")]
    [InlineData("""{"model":"mock\/o\u006b","user":"MARK"}""", """{"model":"ok","user":"MARK"}""")]
    [InlineData("""{"a":{"model":"x"},"user":"MARK" , "model" : "chat"}""", """{"a":{"model":"x"},"user":"MARK" , "model" : "ok"}""")]
    public async Task Of_a_body_only_the_name_of_the_model_changes(string sent, string expected)
    {
        string mark = ProviderProcess.Mark();
        using RawConnection connection = await gateway.OpenAsync();
        await connection.SendAsync(Chat(sent.Replace("MARK", mark, StringComparison.Ordinal)));
        Assert.Equal(200, (await HttpAnswer.ReadAsync(connection)).Status);
        JsonElement request = await gateway.Provider.RequestAsync(mark, static _ => true);
        Assert.Equal(expected.Replace("MARK", mark, StringComparison.Ordinal), Encoding.UTF8.GetString(request.GetProperty("body").GetBytesFromBase64()));
    }

    private static string FieldOf(JsonElement request, string name) => request.GetProperty("headers").EnumerateArray()
        .Single(field => string.Equals(field[0].GetString(), name, StringComparison.OrdinalIgnoreCase))[1].GetString()!;

    /// <summary>Sends until it is cut off, as a client does that reads only when it has sent everything.</summary>
    private static async Task SendOnAsync(RawConnection connection, int megabytes)
    {
        byte[] piece = new byte[64 * 1024];
        try
        {
            for (int sent = 0; sent < megabytes << 20; sent += piece.Length)
                await connection.SendAsync(piece);
        }
        catch (IOException)
        {
            // Cut off: the gateway had heard enough.
        }
    }
}

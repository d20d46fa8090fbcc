using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using Fast.Load.Load;
using Xunit;

namespace Fast.Load.Tests.Load;

public sealed class RequestTemplateTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(10 * 1024)]
    [InlineData(100 * 1024)]
    [InlineData(300 * 1024)]
    public void The_body_has_the_size_that_was_asked_for_and_is_a_conversation(int bytes)
    {
        byte[] request = RequestTemplate.Chat("localhost:1", "/v1/chat/completions", "ok", bytes, true, [("authorization", "Bearer k")]);
        int head = request.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        Assert.Equal(bytes, request.Length - head);
        string text = Encoding.ASCII.GetString(request, 0, head);
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost:1\r\n", text);
        Assert.Contains($"\r\nauthorization: Bearer k\r\ncontent-length: {bytes}\r\n\r\n", text);
        using JsonDocument body = JsonDocument.Parse(request.AsMemory(head));
        Assert.True(body.RootElement.GetProperty("stream").GetBoolean());
        string?[] roles = [.. body.RootElement.GetProperty("messages").EnumerateArray().Select(static one => one.GetProperty("role").GetString())];
        Assert.Equal(("system", "user"), (roles[0], roles[^1]));
    }

    [Fact]
    public void A_given_header_replaces_the_template_s_own()
    {
        byte[] request = RequestTemplate.Chat("h", "/", "ok", 0, false, [("User-Agent", "mine")]);
        string text = Encoding.ASCII.GetString(request);
        Assert.Contains("\r\nUser-Agent: mine\r\n", text);
        Assert.DoesNotContain("user-agent: OpenAI", text);
    }
}

using System;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

public sealed class AnswerHeadTests
{
    [Fact]
    public async Task A_providers_fields_pass_with_every_byte_and_repeated_ones_apart()
    {
        TestAnswer answer = await AnswerAsync(static answer =>
        {
            answer.Headers.TryAddWithoutValidation("x-odd", ["gr\u00fc\u00df", "two, three"]);
            answer.Headers.TryAddWithoutValidation("x-ratelimit-remaining-requests", "5");
            answer.Headers.TryAddWithoutValidation("set-cookie", "a=b");
            answer.Headers.TryAddWithoutValidation("x-fast-request-id", "forged");
        });
        Assert.Equal("gr\u00fc\u00df | two, three", answer.Field("x-odd"));
        Assert.Equal("5", answer.Field("x-ratelimit-remaining-requests"));
        Assert.Equal("", answer.Field("set-cookie"));
        Assert.Matches("^[0-9a-f]{32}$", answer.Field("x-fast-request-id"));
        Assert.Matches("^[0-9]+$", answer.Field("x-fast-overhead-us"));
    }

    [Fact]
    public async Task A_value_that_would_write_a_line_of_its_own_is_left_out()
    {
        TestAnswer answer = await AnswerAsync(static answer =>
            answer.Headers.TryAddWithoutValidation("x-odd", ["good", "bad\r\nx-injected: 1", "bad\nx-injected: 1", "bad\0"]));
        Assert.Equal("good", answer.Field("x-odd"));
        Assert.Equal("", answer.Field("x-injected"));
    }

    [Theory]
    [InlineData(null, null, "^[0-9a-f]{32}$")]
    [InlineData("mine", null, "^mine$")]
    [InlineData(null, "theirs", "^theirs$")]
    [InlineData("mine", "theirs", "^theirs$")]
    public async Task The_exchange_is_named_once(string? caller, string? provider, string expected)
    {
        TestAnswer answer = await AnswerAsync(
            answer =>
            {
                if (provider is not null)
                    answer.Headers.TryAddWithoutValidation("X-Request-Id", provider);
            },
            caller is null ? "" : $"X-Request-Id: {caller}\r\n");
        Assert.Matches(expected, answer.Field("x-request-id"));
    }

    [Theory]
    [InlineData(299, "Odd Success", "HTTP/1.1 299 Odd Success")]
    [InlineData(418, "I'm a teapot", "HTTP/1.1 418 I'm a teapot")]
    [InlineData(418, "gr\u00fc\u00df", "HTTP/1.1 418 gr\u00fc\u00df")]
    [InlineData(404, "Whatever", "HTTP/1.1 404 Not Found")]
    public async Task An_unusual_status_keeps_its_words(int status, string reason, string expected)
    {
        TestAnswer answer = await AnswerAsync(answer => (answer.StatusCode, answer.ReasonPhrase) = ((System.Net.HttpStatusCode)status, reason));
        Assert.Equal(expected, answer.StatusLine);
    }

    [Fact]
    public async Task A_head_larger_than_the_outputs_memory_is_written_whole()
    {
        string value = new('v', 5000);
        TestAnswer answer = await AnswerAsync(answer =>
        {
            for (int i = 0; i < 20; i++)
                answer.Headers.TryAddWithoutValidation($"x-{i}", value);
        });
        for (int i = 0; i < 20; i++)
            Assert.Equal(value, answer.Field($"x-{i}"));
        Assert.Equal("{}", answer.Body);
    }

    [Theory]
    [InlineData("HTTP/1.1", "", "")]
    [InlineData("HTTP/1.1", "Connection: close\r\n", "close")]
    [InlineData("HTTP/1.0", "Connection: keep-alive\r\n", "keep-alive")]
    [InlineData("HTTP/1.0", "", "close")]
    public async Task Whether_the_connection_is_kept_is_said_where_it_is_not_understood(string version, string fields, string expected)
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        await connection.SendAsync(TestRequests.Chat("""{"model":"mock/a"}""", TestRequests.KeyField + fields, version));
        TestAnswer answer = new(await connection.ReadToAsync("\r\n\r\n{}"));
        Assert.Equal(expected, answer.Field("connection"));
        connection.Leave();
        await connection.ServedAsync();
    }

    [Fact]
    public async Task The_time_that_others_took_is_not_counted_as_overhead()
    {
        using TestServer server = new();
        server.Upstream.Answer = async _ =>
        {
            await Task.Delay(300);
            return server.Upstream.Json("{}");
        };
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""")));
        Assert.InRange(long.Parse(answer.Field("x-fast-overhead-us"), System.Globalization.CultureInfo.InvariantCulture), 0, 250_000);
    }

    private static async Task<TestAnswer> AnswerAsync(Action<HttpResponseMessage> change, string fields = "")
    {
        using TestServer server = new();
        server.Upstream.Answer = _ =>
        {
            HttpResponseMessage answer = server.Upstream.Json("{}");
            change(answer);
            return Task.FromResult(answer);
        };
        return new TestAnswer(await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""", TestRequests.KeyField + fields)));
    }
}

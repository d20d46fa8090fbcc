using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Framework;

/// <summary>What arrives at a provider through the framework's HTTP client.</summary>
public sealed class FrameworkRequestTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?a=b&c", "?a=b&c")]
    [InlineData("?a=%41%2f%2F%20..%2e/../&b=[]|^`{}\"<>\\'", "?a=%41%2f%2F%20..%2e/../&b=[]|^`{}\"<>\\'")]
    public async Task The_query_passes_as_it_was_sent(string query, string expected)
    {
        TestUpstream.Asked asked = await AskAsync(TestRequests.Chat("""{"model":"mock/a"}""").Replace(" HTTP/1.1", query + " HTTP/1.1"));
        Assert.Equal("http://mock.invalid/v1/chat/completions" + expected, asked.Message.RequestUri!.GetComponents(
            System.UriComponents.SchemeAndServer, System.UriFormat.UriEscaped) + asked.Message.RequestUri.PathAndQuery);
    }

    [Fact]
    public async Task A_very_long_query_passes()
    {
        string query = "?a=" + new string('b', 100_000);
        using TestServer server = new(limits: Fast.Proxy.Snapshots.ServerLimits.Default with { HeadBytesMax = 200_000 });
        Assert.StartsWith("HTTP/1.1 200 ", await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/a"}""").Replace(" HTTP/1.1", query + " HTTP/1.1")));
        Assert.True(server.Upstream.Requests.TryPeek(out TestUpstream.Asked? asked));
        Assert.Equal(query, asked.Message.RequestUri!.Query);
    }

    [Fact]
    public async Task The_callers_credential_is_replaced_by_the_providers()
    {
        TestUpstream.Asked asked = await AskAsync(TestRequests.Chat("""{"model":"mock2/a"}""", TestRequests.KeyField + "x-api-key: sk-other\r\nCookie: a=b\r\n"));
        Assert.Equal("Bearer sk-of-mock2", asked.Field("Authorization"));
        Assert.DoesNotContain("sk-all", asked.Message.ToString());
        Assert.DoesNotContain("sk-other", asked.Message.ToString());
        Assert.Equal("", asked.Field("Cookie"));
    }

    [Fact]
    public async Task A_field_passes_with_every_byte_of_it_whether_it_is_of_the_message_or_of_its_content()
    {
        TestUpstream.Asked asked = await AskAsync(TestRequests.Chat("""{"model":"mock/a"}""",
            TestRequests.KeyField + "X-Odd: gr\u00fc\u00df  \u00ff\r\nContent-Type: text/plain; charset=utf-7\r\nUser-Agent: (odd/ one\r\nX-Empty:\r\nX-Odd: 2\r\n"));
        Assert.Equal(["gr\u00fc\u00df  \u00ff", "2"], asked.Message.Headers.NonValidated["X-Odd"]);
        Assert.Equal("application/json", asked.Field("Content-Type"));
        Assert.Equal("(odd/ one", asked.Field("User-Agent"));
        Assert.Equal([""], asked.Message.Headers.NonValidated["X-Empty"]);
        Assert.Equal("identity", asked.Field("Accept-Encoding"));
    }

    [Fact]
    public async Task An_exchange_has_one_name_on_both_sides()
    {
        TestUpstream.Asked named = await AskAsync(TestRequests.Chat("""{"model":"mock/a"}""", TestRequests.KeyField + "X-Request-Id: mine\r\n"));
        Assert.Equal("mine", named.Field("X-Request-Id"));
        TestUpstream.Asked unnamed = await AskAsync(TestRequests.Chat("""{"model":"mock/a"}"""));
        Assert.Matches("^[0-9a-f]{32}$", unnamed.Field("X-Request-Id"));
    }

    [Fact]
    public async Task Fields_that_differ_from_the_last_request_on_the_connection_are_not_mixed_up()
    {
        using TestServer server = new();
        TestConnection connection = server.Connect();
        foreach (string value in (string[])["one", "two", "two", "\u00fcber", "\u00fcbel", ""])
        {
            await connection.SendAsync(TestRequests.Chat("""{"model":"mock/a"}""", TestRequests.KeyField + $"X-{value.Length}: {value}\r\n"));
            await connection.ReadToAsync("\r\n\r\n{}");
        }

        int at = 0;
        foreach (TestUpstream.Asked asked in server.Upstream.Requests)
        {
            string value = ((string[])["one", "two", "two", "\u00fcber", "\u00fcbel", ""])[at++];
            Assert.Equal([value], asked.Message.Headers.NonValidated[$"X-{value.Length}"]);
        }

        Assert.Equal(6, at);
        connection.Leave();
        await connection.ServedAsync();
    }

    private static async Task<TestUpstream.Asked> AskAsync(string request)
    {
        using TestServer server = new();
        Assert.StartsWith("HTTP/1.1 200 ", await server.AnswerAsync(request));
        Assert.True(server.Upstream.Requests.TryPeek(out TestUpstream.Asked? asked));
        return asked;
    }
}

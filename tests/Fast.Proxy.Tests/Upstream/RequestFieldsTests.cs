using System.Text;
using Fast.Proxy.Connections;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Proxy.Tests.Upstream;

public sealed class RequestFieldsTests
{
    [Theory]
    [InlineData("Accept", true)]
    [InlineData("Content-Type", true)]
    [InlineData("User-Agent", true)]
    [InlineData("OpenAI-Beta", true)]
    [InlineData("X-Request-Id", true)]
    [InlineData("X-Stainless-Retry-Count", true)]
    [InlineData("Idempotency-Key", true)]
    [InlineData("traceparent", true)]
    [InlineData("X-Anything", true)]
    [InlineData("Keep-Alive", false)]
    [InlineData("Proxy-Connection", false)]
    [InlineData("TE", false)]
    [InlineData("Trailer", false)]
    [InlineData("Upgrade", false)]
    [InlineData("Expect", false)]
    [InlineData("Authorization", false)]
    [InlineData("authorization", false)]
    [InlineData("Api-Key", false)]
    [InlineData("X-Api-Key", false)]
    [InlineData("X-Goog-Api-Key", false)]
    [InlineData("Proxy-Authorization", false)]
    [InlineData("Cookie", false)]
    [InlineData("OpenAI-Organization", false)]
    [InlineData("OpenAI-Project", false)]
    [InlineData("Forwarded", false)]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("X-Forwarded-Proto", false)]
    [InlineData("X-Forwarded-Anything", false)]
    [InlineData("X-Real-IP", false)]
    [InlineData("Via", false)]
    [InlineData("Origin", false)]
    [InlineData("Accept-Encoding", false)]
    [InlineData("X-Fast-Provider", false)]
    [InlineData("x-fast-anything", false)]
    public void A_field_passes_or_stays(string name, bool passes)
    {
        Assert.Equal(passes, Passes($"{name}: a\r\n", name));
    }

    [Theory]
    [InlineData("Connection: X-Hop\r\n", "X-Hop", false)]
    [InlineData("Connection: x-hop\r\n", "X-Hop", false)]
    [InlineData("Connection: keep-alive, X-Other ,X-Hop\r\n", "X-Hop", false)]
    [InlineData("Connection: close\r\nConnection: X-Hop\r\n", "X-Hop", false)]
    [InlineData("Connection: X-Hop-2\r\n", "X-Hop", true)]
    [InlineData("Connection: keep-alive\r\n", "X-Hop", true)]
    public void What_Connection_names_stays_on_this_hop(string connection, string name, bool passes)
    {
        Assert.Equal(passes, Passes($"{connection}{name}: a\r\n", name));
    }

    private static bool Passes(string fields, string name)
    {
        RequestHead head = new TestExchange($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").Exchange.Head;
        foreach (ref readonly HeaderField field in head.Fields)
        {
            if (Encoding.ASCII.GetString(head.NameOf(field)) == name)
                return RequestFields.Passes(head, field);
        }

        throw new System.InvalidOperationException("The head has no such field.");
    }
}

using Fast.Proxy.Policies;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

public sealed class LocalOriginTests
{
    [Theory]
    [InlineData("localhost", null, true)]
    [InlineData("LocalHost:4000", null, true)]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("127.0.0.1:4000", null, true)]
    [InlineData("127.1.2.3:4000", null, true)]
    [InlineData("[::1]", null, true)]
    [InlineData("[::1]:4000", null, true)]
    [InlineData("", null, true)]
    [InlineData("localhost", "http://localhost:3000", true)]
    [InlineData("localhost", "http://127.0.0.1", true)]
    [InlineData("localhost", "https://[::1]:3000", true)]
    [InlineData("example.com", null, false)]
    [InlineData("localhost.example.com", null, false)]
    [InlineData("127.0.0.1.example.com", null, false)]
    [InlineData("127.example.com", null, false)]
    [InlineData("10.0.0.1", null, false)]
    [InlineData("[::2]", null, false)]
    [InlineData("[::1].example.com", null, false)]
    [InlineData("localhost", "http://example.com", false)]
    [InlineData("localhost", "http://localhost.example.com", false)]
    [InlineData("localhost", "null", false)]
    [InlineData("localhost", "", false)]
    [InlineData("localhost", "://localhost", false)]
    public void A_request_is_local_when_host_and_origin_are(string host, string? origin, bool allowed)
    {
        string field = origin is null ? "" : $"Origin: {origin}\r\n";
        TestExchange request = new($"GET /v1/models HTTP/1.1\r\nHost: {host}\r\n{field}\r\n");
        Assert.Equal(allowed, LocalOrigin.Allows(request.Exchange.Head));
    }
}

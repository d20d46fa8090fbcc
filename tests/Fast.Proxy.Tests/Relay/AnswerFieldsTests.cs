using Fast.Proxy.Relay;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

public sealed class AnswerFieldsTests
{
    [Theory]
    [InlineData("content-type", true)]
    [InlineData("content-encoding", true)]
    [InlineData("date", true)]
    [InlineData("server", true)]
    [InlineData("retry-after", true)]
    [InlineData("retry-after-ms", true)]
    [InlineData("x-request-id", true)]
    [InlineData("x-ratelimit-remaining-tokens", true)]
    [InlineData("openai-processing-ms", true)]
    [InlineData("www-authenticate", true)]
    [InlineData("x-should-retry", true)]
    [InlineData("te", false)]
    [InlineData("Trailer", false)]
    [InlineData("Upgrade", false)]
    [InlineData("Alt-Svc", false)]
    [InlineData("Connection", false)]
    [InlineData("Keep-Alive", false)]
    [InlineData("Set-Cookie", false)]
    [InlineData("Set-Cookie2", false)]
    [InlineData("Content-Length", false)]
    [InlineData("Proxy-Connection", false)]
    [InlineData("Transfer-Encoding", false)]
    [InlineData("Proxy-Authenticate", false)]
    [InlineData("Strict-Transport-Security", false)]
    [InlineData("X-Fast-Request-Id", false)]
    [InlineData("X-Fast-Overhead-Us", false)]
    public void A_field_passes_or_stays(string name, bool passes)
    {
        Assert.Equal(passes, AnswerFields.Passes(name));
        Assert.Equal(passes, AnswerFields.Passes(System.Text.Encoding.ASCII.GetBytes(name)));
    }
}

using Fast.Proxy.Upstream;
using Xunit;

namespace Fast.Proxy.Tests.Upstream;

public sealed class QueryFieldsTests
{
    [Theory]
    [InlineData("?a=b", "?a=b")]
    [InlineData("?", "?")]
    [InlineData("?key=sk-mine", "")]
    [InlineData("?key=sk-mine&api-version=3", "?api-version=3")]
    [InlineData("?a=%41&KEY=sk-mine&b", "?a=%41&b")]
    [InlineData("?%6bey=sk-mine&monkey=1&keys=2", "?monkey=1&keys=2")]
    [InlineData("?access_token=x&api_key=y", "")]
    public void A_callers_key_does_not_go_upstream(string query, string expected) =>
        Assert.Equal(expected, QueryFields.WithoutKeys(query));
}

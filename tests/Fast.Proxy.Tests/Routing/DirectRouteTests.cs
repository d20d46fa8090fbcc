using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Routing;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Routing;

public sealed class DirectRouteTests
{
    [Theory]
    [InlineData("mock/a", "mock", 5)]
    [InlineData("mock2/a", "mock2", 6)]
    [InlineData("mock/a/b", "mock", 5)]
    [InlineData("mock//", "mock", 5)]
    public void A_provider_is_addressed_by_what_stands_before_the_first_slash(string name, string provider, int prefix)
    {
        RouteSection route = default;
        Assert.True(DirectRoute.TryFind(Asked(), Encoding.UTF8.GetBytes(name), ref route));
        Assert.Equal((provider, prefix), (route.Direct?.Name, route.DirectPrefix));
    }

    [Theory]
    [InlineData("mock")]
    [InlineData("mock/")]
    [InlineData("/a")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("nobody/a")]
    [InlineData("Mock/a")]
    [InlineData(" mock/a")]
    public void Anything_else_is_no_address(string name)
    {
        RouteSection route = default;
        Assert.False(DirectRoute.TryFind(Asked(), Encoding.UTF8.GetBytes(name), ref route));
        Assert.Null(route.Direct);
    }

    [Fact]
    public void A_name_with_escapes_is_spelled_anew()
    {
        Exchange exchange = Asked();
        exchange.Intent.ModelIsEscaped = true;
        RouteSection route = default;
        Assert.True(DirectRoute.TryFind(exchange, "mock/a\"\\\n\u00fc"u8, ref route));
        Assert.Equal("a\\\"\\\\\\u000a\u00fc", Encoding.UTF8.GetString(route.DirectModel.Span));
    }

    [Fact]
    public void The_longest_name_fits_when_every_byte_of_it_is_escaped()
    {
        Exchange exchange = Asked();
        exchange.Intent.ModelIsEscaped = true;
        RouteSection route = default;
        byte[] name = Encoding.UTF8.GetBytes("mock/" + new string('\u0001', 251));
        Assert.True(DirectRoute.TryFind(exchange, name, ref route));
        Assert.Equal(251 * 6, route.DirectModel.Length);
    }

    private static Exchange Asked() => new TestExchange(TestRequests.Models).Exchange;
}

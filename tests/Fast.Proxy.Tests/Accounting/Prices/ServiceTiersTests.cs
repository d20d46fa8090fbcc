using System.Text;
using Fast.Proxy.Accounting.Prices;
using Xunit;

namespace Fast.Proxy.Tests.Accounting.Prices;

public sealed class ServiceTiersTests
{
    [Theory]
    [InlineData("", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("null", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("7", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("\"auto\"", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("\"default\"", ServiceTiers.Plain, ServiceTiers.Plain)]
    [InlineData("\"scale\"", ServiceTiers.Plain, ServiceTiers.Plain)]
    [InlineData("\"flex\"", ServiceTiers.Plain | ServiceTiers.Flex, ServiceTiers.Flex)]
    [InlineData("\"priority\"", ServiceTiers.Plain | ServiceTiers.Priority, ServiceTiers.Priority)]
    [InlineData("\"priorit\\u0079\"", ServiceTiers.Plain | ServiceTiers.Priority, ServiceTiers.Priority)]
    [InlineData("\"something new\"", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("\"\\ud800\"", ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("\"a word that is much longer than any that a provider has for a service of its own, as of today\"", ServiceTiers.Any, ServiceTiers.Plain)]
    public void A_request_says_what_may_serve_it_and_what_probably_does(string value, ServiceTiers may, ServiceTiers likely)
    {
        byte[] json = Encoding.UTF8.GetBytes(value);
        Assert.Equal((may, likely), (ServiceWords.MayServe(json, ServiceTiers.None), ServiceWords.Likely(json, ServiceTiers.None)));
    }

    [Theory]
    [InlineData("", ServiceTiers.Plain, ServiceTiers.Plain, ServiceTiers.Plain)]
    [InlineData("null", ServiceTiers.Plain, ServiceTiers.Plain, ServiceTiers.Plain)]
    [InlineData("\"auto\"", ServiceTiers.Priority, ServiceTiers.Plain | ServiceTiers.Priority, ServiceTiers.Priority)]
    [InlineData("", ServiceTiers.Flex, ServiceTiers.Plain | ServiceTiers.Flex, ServiceTiers.Flex)]
    [InlineData("\"priority\"", ServiceTiers.Plain, ServiceTiers.Plain | ServiceTiers.Priority, ServiceTiers.Priority)]
    [InlineData("\"default\"", ServiceTiers.Priority, ServiceTiers.Plain, ServiceTiers.Plain)]
    [InlineData("\"something new\"", ServiceTiers.Plain, ServiceTiers.Any, ServiceTiers.Plain)]
    [InlineData("7", ServiceTiers.Plain, ServiceTiers.Any, ServiceTiers.Plain)]
    public void What_a_request_leaves_to_the_project_the_operator_can_say(string value, ServiceTiers project, ServiceTiers may, ServiceTiers likely)
    {
        byte[] json = Encoding.UTF8.GetBytes(value);
        Assert.Equal((may, likely), (ServiceWords.MayServe(json, project), ServiceWords.Likely(json, project)));
    }

    [Theory]
    [InlineData("", ServiceTiers.None)]
    [InlineData("null", ServiceTiers.None)]
    [InlineData("true", ServiceTiers.None)]
    [InlineData("\"auto\"", ServiceTiers.None)]
    [InlineData("\"default\"", ServiceTiers.Plain)]
    [InlineData("\"scale\"", ServiceTiers.Plain)]
    [InlineData("\"flex\"", ServiceTiers.Flex)]
    [InlineData("\"priority\"", ServiceTiers.Priority)]
    [InlineData("\"fle\\u0078\"", ServiceTiers.Flex)]
    [InlineData("\"Priority\"", ServiceTiers.Plain)]
    public void An_answer_says_what_served_it(string value, ServiceTiers told) => Assert.Equal(told, ServiceWords.Told(Encoding.UTF8.GetBytes(value)));
}

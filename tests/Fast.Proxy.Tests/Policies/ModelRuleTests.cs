using System.Text;
using Fast.Proxy.Policies;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

public sealed class ModelRuleTests
{
    [Theory]
    [InlineData("chat", "chat", true)]
    [InlineData("chat", "cha", false)]
    [InlineData("chat", "chats", false)]
    [InlineData("chat", "Chat", false)]
    [InlineData("chat", "", false)]
    [InlineData("openai/*", "openai/gpt-5", true)]
    [InlineData("openai/*", "openai/", true)]
    [InlineData("openai/*", "openai", false)]
    [InlineData("openai/*", "openai2/gpt-5", false)]
    [InlineData("openai/gpt-*", "openai/gpt-5", true)]
    [InlineData("openai/gpt-*", "openai/o3", false)]
    [InlineData("*", "anything", true)]
    [InlineData("\u00e4/*", "\u00e4/b", true)]
    public void A_pattern_allows_what_it_says(string pattern, string name, bool allowed)
    {
        Assert.Equal(allowed, ModelRule.Compile([pattern]).Allows(Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void Any_of_several_patterns_is_enough()
    {
        ModelRule rule = ModelRule.Compile(["a", "b/*", "c"]);
        Assert.True(rule.Allows("a"u8) && rule.Allows("b/x"u8) && rule.Allows("c"u8));
        Assert.False(rule.Allows("d"u8));
    }

    [Fact]
    public void No_list_allows_everything_and_an_empty_one_nothing()
    {
        Assert.True(ModelRule.Compile(null).Allows("a"u8));
        Assert.True(ModelRule.Compile(null).AllowsAllOf("p"));
        Assert.False(ModelRule.Compile([]).Allows("a"u8));
        Assert.False(ModelRule.Compile([]).AllowsAllOf("p"));
    }

    [Theory]
    [InlineData("p/*", true)]
    [InlineData("p*", true)]
    [InlineData("*", true)]
    [InlineData("p/a*", false)]
    [InlineData("p/a", false)]
    [InlineData("q/*", false)]
    public void All_of_a_provider_is_allowed_by_a_prefix_of_it_only(string pattern, bool allowed)
    {
        Assert.Equal(allowed, ModelRule.Compile([pattern]).AllowsAllOf("p"));
    }

    [Fact]
    public void The_longest_name_of_a_provider_fits()
    {
        string longest = new('p', ModelRule.ProviderNameBytesMax);
        Assert.True(ModelRule.Compile([longest + "/*"]).AllowsAllOf(longest));
    }
}

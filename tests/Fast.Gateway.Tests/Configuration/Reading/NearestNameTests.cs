using System.Linq;
using Fast.Gateway.Configuration.Reading;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class NearestNameTests
{
    private static readonly string[] s_known = ["listen", "models", "keys", "server"];

    [Theory]
    [InlineData("lisen", "listen")]
    [InlineData("modles", "models")]
    [InlineData("key", "keys")]
    [InlineData("SERVER", "server")]
    [InlineData("serevr", "server")]
    public void A_slip_finds_the_name_that_was_meant(string name, string meant)
    {
        Assert.True(NearestName.TryFind(name, s_known, out string nearest));
        Assert.Equal(meant, nearest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("database")]
    [InlineData("rest")]
    public void Something_else_finds_nothing(string name) => Assert.False(NearestName.TryFind(name, s_known, out _));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "abxc", 1)]
    [InlineData("abc", "axc", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Edits_are_counted(string from, string to, int edits)
    {
        Assert.Equal(edits, NearestName.Edits(from, to));
        Assert.Equal(edits, NearestName.Edits(to, from));
    }

    [Fact]
    public void Known_names_are_listed_when_none_is_near_but_not_without_end()
    {
        Assert.Equal("; known here: `listen`, `models`, `keys`, `server`", NearestName.Suggest("database", s_known));
        Assert.EndsWith(", …", NearestName.Suggest("database", Enumerable.Range(0, 100).Select(i => $"n{i}")), System.StringComparison.Ordinal);
        Assert.Equal("", NearestName.Suggest("database", []));
        Assert.StartsWith("; known here", NearestName.Suggest(new string('x', 100_000), s_known), System.StringComparison.Ordinal);
    }
}

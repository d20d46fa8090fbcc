using System;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Tests.Policies.Tools.Loops;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class JsonWalkTests
{
    [Fact]
    public void Every_value_ends_where_another_parser_says()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            RandomJson random = new(seed);
            byte[] json = Encoding.UTF8.GetBytes(random.Spell(random.Object(0)));
            using JsonDocument document = JsonDocument.Parse(json);
            Compare(json, JsonScan.SkipSpace(json, 0), document.RootElement);
        }
    }

    [Theory]
    [InlineData("tools", nameof(NameMatch.Same))]
    [InlineData("t\\u006fols", nameof(NameMatch.Same))]
    [InlineData("Tools", nameof(NameMatch.Resembling))]
    [InlineData("tool\u017f", nameof(NameMatch.Resembling))]
    [InlineData("tool\\u017f", nameof(NameMatch.Resembling))]
    [InlineData("TOOL\\u0053", nameof(NameMatch.Resembling))]
    [InlineData("tool", nameof(NameMatch.Other))]
    [InlineData("toolss", nameof(NameMatch.Other))]
    [InlineData("tool\\ud800", nameof(NameMatch.Other))]
    [InlineData("", nameof(NameMatch.Other))]
    public void Names_are_compared_by_what_they_mean(string name, string match)
    {
        JsonMembers members = new(Encoding.UTF8.GetBytes($$"""{"{{name}}":1}"""), 0);
        Assert.True(members.Next());
        Assert.Equal(match, members.Match("tools"u8).ToString());
        Assert.False(members.Next());
    }

    [Fact]
    public void A_kelvin_sign_is_taken_for_a_k()
    {
        JsonMembers members = new("{\"\u212Aey\":1}"u8, 0);
        Assert.True(members.Next());
        Assert.Equal(NameMatch.Resembling, members.Match("key"u8));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData(" {} ", true)]
    [InlineData("", false)]
    [InlineData("{}{}", false)]
    [InlineData("[1,]", false)]
    [InlineData("{\"a\":\"", false)]
    public void One_whole_value_is_valid(string json, bool valid) => Assert.Equal(valid, JsonScan.IsValid(Encoding.UTF8.GetBytes(json)));

    private static void Compare(ReadOnlySpan<byte> json, int at, JsonElement expected)
    {
        Assert.Equal(expected.GetRawText(), Encoding.UTF8.GetString(json[at..JsonScan.ValueEnd(json, at)]));
        if (expected.ValueKind == JsonValueKind.Object)
        {
            JsonMembers members = new(json, at);
            foreach (JsonProperty property in expected.EnumerateObject())
            {
                Assert.True(members.Next());
                Assert.Equal(NameMatch.Same, members.Match(Encoding.UTF8.GetBytes(property.Name)));
                Compare(json, members.ValueStart, property.Value);
            }

            Assert.False(members.Next());
        }

        if (expected.ValueKind == JsonValueKind.Array)
        {
            JsonItems items = new(json, at);
            foreach (JsonElement element in expected.EnumerateArray())
            {
                Assert.True(items.Next());
                Compare(json, items.Start, element);
            }

            Assert.False(items.Next());
        }
    }
}

using System.Collections.Generic;
using System.Linq;
using Fast.Proxy.Policies.Tools.Loops;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools.Loops;

public sealed class ToolCallHashTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """ { "b" : [ 1 , 2 ] , "a" : 1 } """)]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":1}""", """{"a":1e0}""")]
    [InlineData("""{"a":1}""", """{"a":10E-1}""")]
    [InlineData("""{"a":0.015}""", """{"a":1.5e-2}""")]
    [InlineData("""{"a":1000}""", """{"a":0.1e+4}""")]
    [InlineData("""{"a":0}""", """{"a":-0.0e7}""")]
    [InlineData("""{"a":"\u00e4\/\ud83d\ude00"}""", """{"a":"ä/😀"}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"\u0061":1,"b":0,"a":2}""", """{"a":2,"b":0}""")]
    [InlineData("", "{}")]
    [InlineData(" ", "{ }")]
    [InlineData("{", "{")]
    public void What_means_the_same_is_the_same(string one, string other) =>
        Assert.Equal(ToolTexts.Hash("t", one), ToolTexts.Hash("t", other));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":-1}""")]
    [InlineData("""{"a":1}""", """{"a":10}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":null}""", """{"a":"null"}""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("""{"a":true}""", """{"a":false}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":[[1],2]}""", """{"a":[[1,2]]}""")]
    [InlineData("""{"a":{"b":1},"c":2}""", """{"a":{"b":1,"c":2}}""")]
    [InlineData("""{"a":"b","c":"d"}""", """{"a":"d","c":"b"}""")]
    [InlineData("""{"a":"\ud800"}""", """{"a":"\ud801"}""")]
    [InlineData("""{"a":1}""", """{"a":1}}""")]
    [InlineData("{", "{ ")]
    [InlineData("x", "y")]
    public void What_means_something_else_is_another(string one, string other) =>
        Assert.NotEqual(ToolTexts.Hash("t", one), ToolTexts.Hash("t", other));

    [Fact]
    public void The_tool_counts_and_cannot_flow_into_the_arguments()
    {
        Assert.NotEqual(ToolTexts.Hash("a", "{}"), ToolTexts.Hash("b", "{}"));
        Assert.NotEqual(ToolTexts.Hash("a", "bc"), ToolTexts.Hash("ab", "c"));
    }

    [Fact]
    public void Any_spelling_of_a_value_has_its_hash_and_any_other_value_another()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            RandomJson random = new(seed);
            List<KeyValuePair<string, object?>> value = random.Object(0);
            string first = random.Spell(value);
            string second = random.Spell(value);
            string changed = random.Spell(random.Change(value));
            Assert.True(ToolTexts.Hash("t", first) == ToolTexts.Hash("t", second), $"{first}\n{second}");
            Assert.True(ToolTexts.Hash("t", first) != ToolTexts.Hash("t", changed), $"{first}\n{changed}");
        }
    }

    [Fact]
    public void Within_the_bounds_order_does_not_count_and_beyond_them_the_bytes_do()
    {
        Assert.Equal(Members(CanonicalJson.MembersMax, reverse: false), Members(CanonicalJson.MembersMax, reverse: true));
        Assert.NotEqual(Members(CanonicalJson.MembersMax + 1, reverse: false), Members(CanonicalJson.MembersMax + 1, reverse: true));
        Assert.Equal(Members(CanonicalJson.MembersMax + 1, reverse: true), Members(CanonicalJson.MembersMax + 1, reverse: true));
        Assert.Equal(Nested(CanonicalJson.DepthMax, ""), Nested(CanonicalJson.DepthMax, " "));
        Assert.NotEqual(Nested(CanonicalJson.DepthMax + 1, ""), Nested(CanonicalJson.DepthMax + 1, " "));
        Assert.NotEqual(Nested(100_000, ""), Nested(100_000, " "));
    }

    private static System.UInt128 Members(int count, bool reverse)
    {
        IEnumerable<int> numbers = Enumerable.Range(0, count);
        return ToolTexts.Hash("t", "{" + string.Join(',', (reverse ? numbers.Reverse() : numbers).Select(static n => $"\"{n}\":{n}")) + "}");
    }

    private static System.UInt128 Nested(int depth, string space) =>
        ToolTexts.Hash("t", new string('[', depth) + space + new string(']', depth));
}

using System.Text;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

public sealed class LastMemberTests
{
    [Theory]
    [InlineData("{\"usage\":7}", "7}")]
    [InlineData("{\"a\":{\"b\":[]},\"usage\" : \r\n\t{\"c\":1} , \"d\":null}\n", "{\"c\":1} , \"d\":null}\n")]
    [InlineData("{\"usage\":1,\"usage\":2}", "2}")]
    [InlineData("{\"a\":\"\\\"usage\\\":1\",\"usage\":2}", "2}")]
    [InlineData("{\"a\":\"b\\\\\",\"usage\":2}", "2}")]
    public void The_last_of_a_name_is_found(string json, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        int at = LastMember.IndexOfValue(bytes, "\"usage\""u8);
        Assert.InRange(at, 0, bytes.Length - 1);
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes, at, bytes.Length - at));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"usage\"")]
    [InlineData("\"usage\":1}")]
    [InlineData("{\"usage\"")]
    [InlineData("{\"usage\" ")]
    [InlineData("{\"usage\":")]
    [InlineData("{\"usage\": ")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"usages\":1,\"_usage\":2}")]
    [InlineData("{\"usage\":1,\"a\":\"usage\"}")]
    [InlineData("{\"usage\":1,\"a\":[\"usage\"]}")]
    [InlineData("{\"usage\":1,\"a\":\"what is \\\"usage\":2}")]
    public void What_is_no_members_name_is_none(string json) =>
        Assert.Equal(-1, LastMember.IndexOfValue(Encoding.UTF8.GetBytes(json), "\"usage\""u8));

    [Theory]
    [InlineData("}")]
    [InlineData("7}")]
    [InlineData("null , \"a\":[{\"b\":\"]}\"}],\"\":\"\"} \r\n\t")]
    [InlineData("{\"a\":{}},\"b\":1}")]
    [InlineData(",\"a\":\"漢字\"}")]
    public void An_objects_end_is_its_end(string rest) => Assert.True(LastMember.IsRestOfObject(Encoding.UTF8.GetBytes(rest)));

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("7}}")]
    [InlineData("7}]")]
    [InlineData("7]")]
    [InlineData("7},")]
    [InlineData("7} {}")]
    [InlineData("{}")]
    [InlineData("[}")]
    [InlineData("\"a")]
    [InlineData("\"}")]
    [InlineData(",\"a\":\"b\\n\"}")]
    [InlineData(",\"us\\u0061ge\":8}")]
    [InlineData("7}\0")]
    public void What_leads_elsewhere_or_has_escapes_is_not(string rest) =>
        Assert.False(LastMember.IsRestOfObject(Encoding.UTF8.GetBytes(rest)));
}

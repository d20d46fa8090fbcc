using System;
using System.Text;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

public sealed class LastMemberTextTests
{
    [Theory]
    [InlineData("""{"a":"x"}""", "\"x\"")]
    [InlineData("""{"b":[{"a":"y"}],"a":"x","c":{"d":["}"]}}""", "\"x\"")]
    [InlineData("""{"a":"y","a":"x"}""", "\"x\"")]
    [InlineData(""" { "a" : "x" , "b" : null } """, "\"x\"")]
    [InlineData("""{"a":""}""", "\"\"")]
    [InlineData("""{"a":null}""", null)]
    [InlineData("""{"a":{"b":"x"}}""", null)]
    [InlineData("""{"b":"x"}""", null)]
    [InlineData("""{"a":"x","b":{"a":"y"}}""", null)]
    [InlineData("""{"a":"x","b":"\"a\":\"y\""}""", null)]
    [InlineData("""{"a":"x\n"}""", null)]
    [InlineData("""{"a":"x","b":"\n"}""", null)]
    [InlineData("""{"a":"x"}}""", null)]
    [InlineData("""{"a":"x"} x""", null)]
    [InlineData("""["a"]""", null)]
    public void A_text_is_found_where_it_is_plain_and_the_objects_own(string json, string? text)
    {
        bool found = LastMember.TryGetText(Encoding.UTF8.GetBytes(json), "\"a\""u8, out ReadOnlySpan<byte> bytes);
        Assert.Equal((text is not null, text ?? ""), (found, Encoding.UTF8.GetString(bytes)));
    }

    [Fact]
    public void No_beginning_of_an_object_has_one()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"b":"y","a":"x","c":[1]}""");
        for (int length = 0; length < json.Length; length++)
            Assert.False(LastMember.TryGetText(json.AsSpan(0, length), "\"a\""u8, out _));
    }
}

using System;
using System.Text;
using Fast.Wire.Multipart;
using Xunit;

namespace Fast.Wire.Tests.Multipart;

public sealed class HeaderParametersTests
{
    [Theory]
    [InlineData("v; p=a", "a")]
    [InlineData("v;p=a;q=b", "a")]
    [InlineData("v; q=b; P=\"a\"", "a")]
    [InlineData("v; p = \" a \" ; q", " a ")]
    [InlineData("v; q=\"; p=b\"; p=a", "a")]
    [InlineData("v; q=\"\\\"; p=b; \"; p=a", "a")]
    [InlineData("v;; ;p=a;", "a")]
    [InlineData("v; p=a=b", "a=b")]
    [InlineData("v; p", "")]
    [InlineData("v; p=", "")]
    [InlineData("v; p=\"\"", "")]
    [InlineData("v; pp=a; xp=b", "")]
    [InlineData("v; q=p; r=\"p=a\"", "")]
    [InlineData("v", "")]
    [InlineData("", "")]
    public void A_parameter_is_found_outside_the_quotes_of_others(string header, string expected)
    {
        Assert.True(HeaderParameters.TryFind(Encoding.Latin1.GetBytes(header), "p"u8, out ReadOnlySpan<byte> value));
        Assert.Equal(expected, Encoding.Latin1.GetString(value));
    }

    [Theory]
    [InlineData("v; p=a; p=a")]
    [InlineData("v; p=a; P=b")]
    [InlineData("v; p*=utf-8''a")]
    [InlineData("v; p*0=a; p*1=b")]
    [InlineData("v; p=a; p*=b")]
    [InlineData("v; p=\"a\\b\"")]
    [InlineData("v; p=\"a\\\"\"")]
    [InlineData("v; p=a\"b\"")]
    [InlineData("v; p=a\\b")]
    [InlineData("v; p=\"a")]
    [InlineData("v; p=a; q=\"b")]
    [InlineData("v; p=a; q=\"b\\")]
    [InlineData("v; p=a; q=\"b\\\"")]
    public void A_parameter_that_two_parsers_could_read_in_two_ways_is_refused(string header) =>
        Assert.False(HeaderParameters.TryFind(Encoding.Latin1.GetBytes(header), "p"u8, out _));
}

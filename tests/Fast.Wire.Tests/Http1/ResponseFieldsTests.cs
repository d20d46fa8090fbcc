using System.Collections.Generic;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class ResponseFieldsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("A: b\r\n", "A=b")]
    [InlineData("A: b\n", "A=b")]
    [InlineData("A: b\nC: d\r\nE: f\n", "A=b|C=d|E=f")]
    [InlineData("A:b\r\n", "A=b")]
    [InlineData("A: \t b c \t \r\n", "A=b c")]
    [InlineData("A:\r\nB: \t\r\n", "A=|B=")]
    [InlineData("A: b: c:\r\n", "A=b: c:")]
    [InlineData("A: 1\r\nA: 2\r\n", "A=1|A=2")]
    [InlineData("A: \u00e4\u00ff\r\n", "A=\u00e4\u00ff")]
    public void Each_line_gives_its_name_and_its_value_without_the_white_space_around_it(string lines, string expected) =>
        Assert.Equal(expected, Taken(lines));

    [Theory]
    [InlineData("A : b\r\n", "A =b")]
    [InlineData(" A: b\r\n", " A=b")]
    [InlineData(": b\r\n", "=b")]
    [InlineData("A: b\r\r\n", "A=b\r")]
    public void What_is_wrong_with_a_line_is_left_in_it_for_whoever_judges(string lines, string expected) => Assert.Equal(expected, Taken(lines));

    [Theory]
    [InlineData("A\r\n")]
    [InlineData("chunked\n")]
    [InlineData("\r\n")]
    public void A_line_without_a_colon_has_no_name(string lines) => Assert.StartsWith("=", Taken(lines));

    [Fact]
    public void A_line_that_has_no_end_is_none() => Assert.Equal("A=b", Taken("A: b\r\nC: d"));

    private static string Taken(string lines)
    {
        List<string> taken = [];
        ResponseFields fields = new(Encoding.Latin1.GetBytes(lines));
        while (fields.TryTake(out var name, out var value))
            taken.Add($"{Encoding.Latin1.GetString(name)}={Encoding.Latin1.GetString(value)}");
        return string.Join('|', taken);
    }
}

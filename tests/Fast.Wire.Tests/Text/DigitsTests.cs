using System;
using System.Globalization;
using System.Text;
using Fast.Wire.Text;
using Xunit;

namespace Fast.Wire.Tests.Text;

public sealed class DigitsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]
    [InlineData(1234567890)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_number_is_written_in_decimal(long value)
    {
        byte[] bytes = new byte[Digits.BytesMax];
        int written = Digits.Write(value, bytes);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(bytes, 0, written));
    }

    [Fact]
    public void A_destination_that_is_too_short_is_an_error() =>
        Assert.Throws<ArgumentException>(static () => Digits.Write(100, new byte[2]));

    [Theory]
    [InlineData(0, "0000000000000000")]
    [InlineData(0x1234_5678_9abc_def0, "123456789abcdef0")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void Hex_has_sixteen_lower_case_digits(ulong value, string expected)
    {
        byte[] bytes = new byte[17];
        Digits.WriteHex(value, bytes);
        Assert.Equal(expected + '\0', Encoding.ASCII.GetString(bytes));
    }
}

using System;
using System.Collections.Generic;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class FieldBytesTests
{
    [Fact]
    public void A_token_is_made_of_the_bytes_that_the_rfc_lists()
    {
        const string tchar = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        Assert.True(FieldBytes.IsToken(Encoding.Latin1.GetBytes(tchar)));
        for (int one = 0; one <= 0xFF; one++)
        {
            Assert.Equal(tchar.Contains((char)one, StringComparison.Ordinal), FieldBytes.IsToken([(byte)one]));
            Assert.Equal(tchar.Contains((char)one, StringComparison.Ordinal), FieldBytes.IsToken([(byte)'a', (byte)one, (byte)'b']));
        }
    }

    [Fact]
    public void Nothing_is_neither_a_token_nor_a_target()
    {
        Assert.False(FieldBytes.IsToken([]));
        Assert.False(FieldBytes.IsTarget([]));
    }

    [Fact]
    public void A_target_is_visible_ascii_without_a_fragment()
    {
        for (int one = 0; one <= 0xFF; one++)
            Assert.Equal(one is > 0x20 and < 0x7F and not '#', FieldBytes.IsTarget([(byte)'/', (byte)one]));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("localhost:4000", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("localhost:4000@example.com", false)]
    [InlineData("a,b", false)]
    [InlineData("a#b", false)]
    [InlineData("gr\u00fc\u00df", false)]
    public void A_host_has_nothing_in_it_that_ends_an_authority(string host, bool expected) =>
        Assert.Equal(expected, FieldBytes.IsHost(Encoding.Latin1.GetBytes(host)));

    [Fact]
    public void A_line_is_clean_without_control_characters_other_than_tabs()
    {
        for (int one = 0; one <= 0xFF; one++)
            Assert.Equal(one is '\t' or (>= 0x20 and not 0x7F), FieldBytes.LineIsClean([(byte)'a', (byte)one, (byte)'b']));
        Assert.True(FieldBytes.LineIsClean([]));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("0042", 42)]
    [InlineData("4294967296", 4294967296)]
    [InlineData("999999999999999999", 999999999999999999)]
    [InlineData("000000000000000001", 1)]
    public void A_length_is_a_number_of_at_most_eighteen_digits(string value, long expected)
    {
        Assert.True(FieldBytes.TryParseLength(Encoding.Latin1.GetBytes(value), out long length));
        Assert.Equal(expected, length);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1,1")]
    [InlineData("1, 1")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("1.0")]
    [InlineData("1_0")]
    [InlineData("\u00B2")]
    [InlineData("1000000000000000000")]
    [InlineData("0000000000000000001")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999999999999999")]
    public void A_length_that_two_parsers_could_read_in_two_ways_is_refused(string value) =>
        Assert.False(FieldBytes.TryParseLength(Encoding.Latin1.GetBytes(value), out _));

    [Theory]
    [InlineData("", "")]
    [InlineData(",", "")]
    [InlineData(" , ,\t,", "")]
    [InlineData("a", "a")]
    [InlineData(" a ", "a")]
    [InlineData("a,b", "a|b")]
    [InlineData("a, b ,\tc\t", "a|b|c")]
    [InlineData(",,a,,b,", "a|b")]
    [InlineData("gzip;q=1.0, chunked", "gzip;q=1.0|chunked")]
    [InlineData("a b,c", "a b|c")]
    public void A_list_gives_its_members_trimmed_and_its_empty_ones_not(string list, string expected)
    {
        List<string> members = [];
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(list);
        while (FieldBytes.TryTakeListMember(ref rest, out ReadOnlySpan<byte> member))
            members.Add(Encoding.Latin1.GetString(member));

        Assert.Equal(expected, string.Join('|', members));
        Assert.True(rest.IsEmpty);
    }
}

using System;
using System.Text;
using System.Text.Json;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

public sealed class JsonTextTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34];

    [Theory]
    [InlineData("", "")]
    [InlineData("plain \u00E9", "plain \u00E9")]
    [InlineData("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t")]
    [InlineData("a\\nb", "a\nb")]
    [InlineData("\\u0041\\u00e9\\u00E9\\u20AC", "A\u00E9\u00E9\u20AC")]
    [InlineData("\\u0000", "\0")]
    [InlineData("\\uFFFF", "\uFFFF")]
    [InlineData("\\ud83d\\ude00", "\U0001F600")]
    [InlineData("\\uD800\\uDC00\\uDBFF\\uDFFF", "\U00010000\U0010FFFF")]
    [InlineData("\\\\u0041", "\\u0041")]
    public void Escapes_become_what_they_mean(string escaped, string expected)
    {
        byte[] plain = Encoding.UTF8.GetBytes(expected);
        Span<byte> destination = new byte[plain.Length];
        Assert.True(JsonText.TryUnescape(Encoding.UTF8.GetBytes(escaped), destination, out int written));
        Assert.Equal(plain.Length, written);
        Assert.Equal(plain, destination);
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("a\\")]
    [InlineData("\\a")]
    [InlineData("\\x41")]
    [InlineData("\\'")]
    [InlineData("\\N")]
    [InlineData("\\0")]
    [InlineData("\\u")]
    [InlineData("\\u004")]
    [InlineData("\\u004g")]
    [InlineData("\\u 041")]
    [InlineData("\\u+041")]
    [InlineData("\\u-041")]
    [InlineData("\\u0x41")]
    [InlineData("\\U0041")]
    public void Broken_escapes_are_refused(string escaped) => AssertRefused(escaped);

    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("\\ude00")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("\\ud83dx")]
    [InlineData("\\ud83d\\n")]
    [InlineData("\\ud83d\\u0041")]
    [InlineData("\\ud83d\\ud83d\\ude00")]
    [InlineData("\\ud83d\\ude0")]
    [InlineData("\\ud83d ude00")]
    [InlineData("\\ud83d\\ude00\\udfff")]
    public void Surrogates_that_are_no_pair_are_refused(string escaped) => AssertRefused(escaped);

    [Theory]
    [InlineData("plain")]
    [InlineData("a\\n")]
    [InlineData("\\n")]
    [InlineData("\\u20AC")]
    [InlineData("\\ud83d\\ude00")]
    public void A_destination_that_is_too_short_is_refused_whatever_its_length(string escaped)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(escaped);
        Assert.True(JsonText.TryUnescape(bytes, new byte[16], out int need));
        for (int length = 0; length < need; length++)
            Assert.False(JsonText.TryUnescape(bytes, new byte[length], out _));
    }

    [Fact]
    public void Every_ascii_byte_is_escaped_as_other_parsers_read_it()
    {
        Span<byte> escaped = new byte[JsonText.EscapedBytesPerByteMax];
        for (int one = 0; one < 0x80; one++)
        {
            int written = JsonText.Escape([(byte)one], escaped);
            Assert.InRange(written, 1, JsonText.EscapedBytesPerByteMax);
            Assert.Equal(((char)one).ToString(), ReadBack(escaped[..written]));
            Assert.Equal(one is < 0x20 or '"' or '\\', written > 1);
        }
    }

    [Fact]
    public void An_escape_needs_room_for_all_of_it()
    {
        Assert.Equal(-1, JsonText.Escape("a"u8, []));
        Assert.Equal(-1, JsonText.Escape("a\""u8, new byte[2]));
        Assert.Equal(3, JsonText.Escape("a\""u8, new byte[3]));
        Assert.Equal(-1, JsonText.Escape("\u0001"u8, new byte[5]));
        Assert.Equal(6, JsonText.Escape("\u0001"u8, new byte[6]));
        Assert.Equal(0, JsonText.Escape([], []));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_text_comes_back_from_its_escapes(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            StringBuilder builder = new();
            for (int i = random.Next(60); i > 0; i--)
                builder.Append(RandomRune(random));

            string text = builder.ToString();
            byte[] plain = Encoding.UTF8.GetBytes(text);
            byte[] escaped = new byte[plain.Length * JsonText.EscapedBytesPerByteMax];
            int length = JsonText.Escape(plain, escaped);
            Assert.Equal(text, ReadBack(escaped.AsSpan(0, length)));

            byte[] back = new byte[plain.Length];
            Assert.True(JsonText.TryUnescape(escaped.AsSpan(0, length), back, out int written));
            Assert.Equal(plain, back[..written]);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_another_writer_escaped_is_read_as_it_was_meant(int seed)
    {
        // The default encoder escapes everything that is not plain ASCII, in surrogate pairs where it must.
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            string text = string.Concat(RandomRune(random), RandomRune(random), RandomRune(random));
            byte[] plain = new byte[64];
            Assert.True(JsonText.TryUnescape(JsonEncodedText.Encode(text).EncodedUtf8Bytes, plain, out int written));
            Assert.Equal(text, Encoding.UTF8.GetString(plain, 0, written));
        }
    }

    [Fact]
    public void Whole_utf8_is_told_from_the_rest()
    {
        Assert.True(JsonText.IsUtf8("a\u00E9\u20AC\U0001F600"u8));
        Assert.True(JsonText.IsUtf8([]));
        Assert.False(JsonText.IsUtf8([0xE9]));
        Assert.False(JsonText.IsUtf8([0xC0, 0x80]));
        Assert.False(JsonText.IsUtf8([0xED, 0xA0, 0x80]));
        Assert.False(JsonText.IsUtf8([0xF0, 0x9F, 0x98]));
    }

    private static void AssertRefused(string escaped) =>
        Assert.False(JsonText.TryUnescape(Encoding.UTF8.GetBytes(escaped), new byte[64], out _));

    private static string RandomRune(Random random)
    {
        int scalar = random.Next(5) switch
        {
            0 => random.Next(0x20),
            1 => "\"\\/u"[random.Next(4)],
            2 => random.Next(0x20, 0x80),
            3 => random.Next(0x80, 0xD800),
            _ => random.Next(0x10000, 0x110000),
        };
        return new Rune(scalar).ToString();
    }

    private static string ReadBack(ReadOnlySpan<byte> inside)
    {
        Utf8JsonReader reader = new([(byte)'"', .. inside, (byte)'"']);
        Assert.True(reader.Read());
        return reader.GetString()!;
    }
}

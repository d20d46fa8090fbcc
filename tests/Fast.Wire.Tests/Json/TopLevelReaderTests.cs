using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

public sealed class TopLevelReaderTests
{
    public static TheoryData<string> Malformed =>
    [
        "", " ", "{", "}", "[]", "[{}]", "null", "true", "1", "\"a\"", "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{:1}",
        "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1", "{\"a\":1}}", "{\"a\":1]", "{1:2}", "{null:2}",
        "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":0x1}", "{\"a\":NaN}", "{\"a\":Infinity}",
        "{\"a\":tru}", "{\"a\":True}", "{\"a\":nul}", "{\"a\":undefined}", "{\"a\":'b'}", "{\"a\":\"b}", "{\"a\":\"b\\\"}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"\t\"}", "{\"a\":\"\n\"}", "{\"a\\q\":1}", "{\"a\":[1,]}", "{\"a\":[}", "{\"a\":[1}",
        "{\"a\":{\"b\":}}", "{\"a\":{\"b\":1,}}", "{} {}", "{}x", "{},", "{}\"\"", "/*c*/{}", "{}//c", "{\"a\":1/*c*/}",
    ];

    [Fact]
    public void Members_are_walked_with_their_offsets()
    {
        const string text = " { \"a\" : 1 , \"b\":\"two\", \"c\":[{\"a\":9}] ,\"d\":{} ,\"e\":null,\"f\":true,\"g\":-1.5e3 } ";
        Assert.Equal("a=1|b=\"two\"|c=[{\"a\":9}]|d={}|e=null|f=true|g=-1.5e3", Walk(text, "a", "b", "c", "d", "e", "f", "g"));
    }

    [Fact]
    public void Every_value_has_its_kind()
    {
        TopLevelReader reader = new("{\"a\":1,\"b\":\"\",\"c\":[],\"d\":{},\"e\":null,\"f\":true,\"g\":false}"u8);
        List<JsonTokenType> kinds = [];
        while (reader.Next())
            kinds.Add(reader.ValueType);

        Assert.Equal(
            [
                JsonTokenType.Number, JsonTokenType.String, JsonTokenType.StartArray, JsonTokenType.StartObject,
                JsonTokenType.Null, JsonTokenType.True, JsonTokenType.False,
            ],
            kinds);
    }

    [Fact]
    public void The_model_is_found_behind_four_megabytes()
    {
        byte[] body = Encoding.UTF8.GetBytes($"{{\"input\":\"{new string('x', 4 << 20)}\",\"model\":\"last\"}}");
        TopLevelReader reader = new(body);
        Assert.True(reader.Next());
        Assert.False(reader.NameIs("model"u8));
        Assert.True(reader.Next());
        Assert.True(reader.NameIs("model"u8));
        Assert.Equal("\"last\""u8, body.AsSpan(reader.ValueStart..reader.ValueEnd));
        Assert.False(reader.Next());
        Assert.False(reader.Malformed);
    }

    [Theory]
    [InlineData("{\"a\":{\"model\":\"inner\"},\"model\":\"outer\"}")]
    [InlineData("{\"a\":[{\"model\":\"inner\"},[\"model\"]],\"model\":\"outer\",\"z\":{\"model\":1}}")]
    [InlineData("{\"a\":\"\\\",\\\"model\\\":\\\"inner\\\"\",\"model\":\"outer\"}")]
    [InlineData("{\"a\":\"model\",\"model\":\"outer\",\"b\":\"\\\\\"}")]
    [InlineData("{\"Model\":1,\"MODEL\":2,\"model \":3,\" model\":4,\"mode\":5,\"models\":6,\"\":7,\"model\":\"outer\"}")]
    public void Only_a_member_of_the_outermost_object_counts(string text) => Assert.Equal("model=\"outer\"", Walk(text, "model"));

    [Theory]
    [InlineData("mo\\u0064el")]
    [InlineData("\\u006d\\u006f\\u0064\\u0065\\u006c")]
    [InlineData("\\u006D\\u006F\\u0064\\u0065\\u006C")]
    public void A_member_is_found_however_its_name_is_escaped(string name) =>
        Assert.Equal("model=1", Walk($"{{\"{name}\":1}}", "model"));

    [Theory]
    [InlineData("mod\\u0045l")]
    [InlineData("model\\u0000")]
    [InlineData("\\\"model")]
    [InlineData("model\\n")]
    [InlineData("mo\\ud800del")]
    public void Another_name_with_escapes_is_another_name(string name) => Assert.Equal("", Walk($"{{\"{name}\":1}}", "model"));

    [Theory]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(400)]
    public void A_long_name_with_escapes_is_another_name(int more) =>
        Assert.Equal("", Walk($"{{\"\\u006dodel{new string('x', more)}\":1}}", "model"));

    [Fact]
    public void A_member_that_stands_twice_is_seen_twice() =>
        Assert.Equal("model=1|model=2|model=3", Walk("{\"model\":1,\"a\":0,\"model\":2,\"mode\\u006c\":3}", "model"));

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_text_that_is_not_one_json_object_is_malformed(string text) => AssertMalformed(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Every_proper_prefix_of_an_object_is_malformed()
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"a\":[1,{\"b\":\"\\u00e9\\n\"}],\"model\":\"x\",\"c\":{\"d\":-1.5e3},\"e\":true,\"f\":null}");
        for (int length = 0; length < text.Length; length++)
            AssertMalformed(text[..length]);
    }

    [Fact]
    public void Garbage_behind_the_object_is_malformed_and_white_space_is_not()
    {
        Assert.Equal("a=1", Walk("\r\n\t {\"a\":1} \r\n\t", "a"));
        AssertMalformed("{\"a\":1}\0"u8.ToArray());
        AssertMalformed("\v{\"a\":1}"u8.ToArray());
        AssertMalformed("{\"a\":1}\u00A0"u8.ToArray());
    }

    [Fact]
    public void A_byte_order_mark_is_malformed() => AssertMalformed("\uFEFF{\"model\":\"x\"}"u8.ToArray());

    [Fact]
    public void Other_encodings_are_malformed()
    {
        AssertMalformed(Encoding.Unicode.GetBytes("{\"model\":\"x\"}"));
        AssertMalformed(Encoding.BigEndianUnicode.GetBytes("{\"model\":\"x\"}"));
        AssertMalformed(Encoding.UTF32.GetBytes("{\"model\":\"x\"}"));
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_malformed_because_a_lax_parser_may_read_a_known_name_into_it()
    {
        AssertMalformed([.. "{\"mo"u8, 0xFF, .. "del\":1}"u8]);
        AssertMalformed([.. "{\"mod"u8, 0xC1, 0xA5, .. "l\":1}"u8]);
        AssertMalformed([.. "{\"a\":1,\"model"u8, 0xE2, 0x82, .. "\":1}"u8]);
        Assert.Equal("\u00E9=1", Walk("{\"\u00E9\":1}", "\u00E9"));
    }

    [Fact]
    public void Nesting_is_followed_to_its_limit_and_no_further()
    {
        Assert.Equal("a=1", Walk(Nested(TopLevelReader.DepthMax - 1), "a"));
        AssertMalformed(Encoding.UTF8.GetBytes(Nested(TopLevelReader.DepthMax)));
        AssertMalformed(Encoding.UTF8.GetBytes(Nested(100_000)));
    }

    [Theory]
    [InlineData("plain", "plain", false)]
    [InlineData("", "", false)]
    [InlineData("\\u0061\\/\\\\\\\"", "a/\\\"", true)]
    [InlineData("\\ud83d\\ude00 \u00E9", "\U0001F600 \u00E9", true)]
    public void A_string_is_copied_as_what_it_means(string inside, string expected, bool escaped)
    {
        TopLevelReader reader = new(Encoding.UTF8.GetBytes($"{{\"a\": \"{inside}\" }}"));
        Assert.True(reader.Next());
        Assert.Equal(escaped, reader.ValueIsEscaped);

        Span<byte> copy = new byte[64];
        Assert.True(reader.TryCopyString(copy, out int written));
        Assert.Equal(expected, Encoding.UTF8.GetString(copy[..written]));
        Assert.False(written > 0 && reader.TryCopyString(copy[..(written - 1)], out _));
    }

    [Fact]
    public void A_string_with_half_a_surrogate_pair_is_not_copied()
    {
        TopLevelReader reader = new("{\"a\":\"\\ud83d\"}"u8);
        Assert.True(reader.Next());
        Assert.False(reader.TryCopyString(new byte[64], out _));
    }

    private static string Nested(int arrays) => $"{{\"n\":{new string('[', arrays)}{new string(']', arrays)},\"a\":1}}";

    [Theory]
    [InlineData("model", "model")]
    [InlineData("MODEL_9", "model_9")]
    [InlineData("\u017Ftream", "stream")]
    [InlineData("to\u212Aens", "tokens")]
    [InlineData("\\u017Ftre\\u0041m", "stream")]
    [InlineData("\\u212a", "k")]
    [InlineData("\u00C4\u0130", "\u00C4\u0130")]
    [InlineData("@[`{", "@[`{")]
    [InlineData("", "")]
    public void A_name_is_folded_as_parsers_do_that_do_not_look_at_case(string name, string folded)
    {
        TopLevelReader reader = new(Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"));
        Assert.True(reader.Next());
        Span<byte> written = stackalloc byte[TopLevelReader.NameBytesMax];
        Assert.True(reader.TryFoldName(written, out int length));
        Assert.Equal(folded, Encoding.UTF8.GetString(written[..length]));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Only_names_that_are_short_enough_are_folded(int length, bool isFolded)
    {
        TopLevelReader reader = new(Encoding.ASCII.GetBytes($"{{\"{new string('A', length)}\":1}}"));
        Assert.True(reader.Next());
        Span<byte> written = stackalloc byte[TopLevelReader.NameBytesMax];
        Assert.Equal(isFolded, reader.TryFoldName(written, out _));
    }

    /// <summary>The members with the names asked for, in their order, with the values' bytes.</summary>
    private static string Walk(string text, params string[] names)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[][] sought = [.. names.Select(Encoding.UTF8.GetBytes)];
        List<string> found = [];
        TopLevelReader reader = new(bytes);
        while (reader.Next())
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (reader.NameIs(sought[i]))
                    found.Add($"{names[i]}={Encoding.UTF8.GetString(bytes[reader.ValueStart..reader.ValueEnd])}");
            }
        }

        Assert.False(reader.Malformed, text);
        return string.Join('|', found);
    }

    private static void AssertMalformed(byte[] text)
    {
        TopLevelReader reader = new(text);
        while (reader.Next())
        {
        }

        Assert.True(reader.Malformed, Encoding.Latin1.GetString(text));
    }
}

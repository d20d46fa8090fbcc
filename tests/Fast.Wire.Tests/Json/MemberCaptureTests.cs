using System;
using System.Text;
using System.Text.Json;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

public sealed class MemberCaptureTests
{
    private static readonly byte[] s_name = "usage"u8.ToArray();

    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34];

    public static TheoryData<string> Hostile =>
    [
        "", " ", "null", "\"usage\"", "[{\"usage\":1}]", "{", "{\"usage\"", "{\"usage\":", "{\"usage\":1", "{\"usage\":{\"a\":1", "{\"usage\":\"a",
        "{\"usage\":\"a\\\"}", "{\"usage\"1}", "{\"usage\",1}", "{\"usage\":}", "{\"usage\":]", "{usage:1}", "{1\"usage\":1}", "{{\"usage\":1}}", "}{",
        "{\"a\":1 \"usage\":1}", "{\"a\":{\"usage\":1},\"b\":[{\"usage\":2}]}", "{} {\"usage\":1}", "{\"a\":\"{\\\"usage\\\":1}\"}", "{\"usag\":1,\"usages\":2}",
        "{\"usag\\u00e9\":1,\"usage\\u0000\":1,\"\\u0175sage\":1,\"u\\sage\":1,\"\\uzz75sage\":1}", "{\"usage\\", "{\"usag\\u00", "data: {\"usage\":1}",
        "{\"a\\\\\":1,\"b\\\"usage\":2}",
    ];

    [Theory]
    [InlineData("{\"usage\":{\"a\":[1,{\"b\":\"}\\\"]\"}]}}", "{\"a\":[1,{\"b\":\"}\\\"]\"}]}")]
    [InlineData("{\"usage\":12}", "12")]
    [InlineData("{\"usage\":-1.5e3 , \"b\":1}", "-1.5e3")]
    [InlineData("{\"usage\":null}", "null")]
    [InlineData("{\"usage\":\"a\\\\\"}", "\"a\\\\\"")]
    [InlineData("{\"usage\":\"a\\\\\\\"b\"}", "\"a\\\\\\\"b\"")]
    [InlineData("{\"usage\":[]}", "[]")]
    [InlineData(" \r\n\t{ \"a\" : \"\\\\\" , \"usage\" :\n { } , \"b\":{}}", "{ }")]
    [InlineData("{\"u\\u0073age\":1}", "1")]
    [InlineData("{\"\\u0075\\u0073\\u0061\\u0067\\u0065\":true}", "true")]
    [InlineData("{\"usage\":1,\"usage\":{\"a\":2}}", "{\"a\":2}")]
    [InlineData("{\"usage\":{\"a\":2},\"x\":{\"usage\":3},\"us\\u0061ge\":[4]}", "[4]")]
    [InlineData("{\"a\":\"\\\\\\\\\\\"\",\"usage\":7}", "7")]
    [InlineData("{\"a\":[[],{},[{\"usage\":[]}]],\"\":\"\",\"usage\":{}}", "{}")]
    [InlineData("\u00EF\u00BB\u00BF{\"usage\":1}", "1")]
    [InlineData("{\"usage\":1}}}]{\"usage\":2}", "1")]
    public void The_member_is_found_however_the_text_is_cut(string text, string expected) =>
        Assert.Equal(expected, Splits.SameOutcome(text, Capture));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Where_it_is_not_nothing_is_found(string text) => Assert.Equal("none", Splits.SameOutcome(text, Capture));

    [Theory]
    [InlineData("{\"usage\":\"123456789012345\"}", "none 0 long")]
    [InlineData("{\"usage\":\"12345678901234\"}", "found 16")]
    [InlineData("{\"usage\":\"123456789012345\",\"usage\":1}", "found 1")]
    [InlineData("{\"usage\":1,\"usage\":\"123456789012345\"}", "none 0 long")]
    public void What_does_not_fit_is_not_found(string text, string expected) => Assert.Equal(expected, Splits.SameOutcome(text, static (bytes, ends) =>
    {
        byte[] store = new byte[16];
        MemberCapture capture = Follow(bytes, ends, store);
        return $"{(capture.IsFound && !capture.IsTooLong ? "found" : "none")} {capture.Length}{(capture.IsTooLong ? " long" : "")}";
    }));

    [Theory]
    [InlineData(MemberCapture.DepthMax - 1, "1")]
    [InlineData(MemberCapture.DepthMax, "none")]
    [InlineData(100_000, "none")]
    public void Nesting_is_followed_so_deep_and_no_deeper(int depth, string expected)
    {
        byte[] text = Encoding.Latin1.GetBytes($"{{\"a\":{new string('[', depth)}{new string(']', depth)},\"usage\":1}}");
        Assert.Equal(expected, Capture(text, [text.Length]));
    }

    [Fact]
    public void A_capture_that_begins_again_remembers_nothing()
    {
        byte[] store = new byte[16];
        MemberCapture capture = Follow("{\"usage\":1,\"a\":[[\"b"u8.ToArray(), [3, 19], store);
        Assert.True(capture.IsFound);
        capture.Begin(s_name);
        Assert.False(capture.IsFound);
        capture.Pass("{\"usage\":23}"u8, store);
        Assert.Equal("23"u8, store.AsSpan(0, capture.Length));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_document_is_understood_as_the_framework_does_at_every_split(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 25; round++)
        {
            StringBuilder text = new();
            AppendObject(random, text, 0);
            byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
            using JsonDocument document = JsonDocument.Parse(bytes);
            string expected = document.RootElement.TryGetProperty("usage", out JsonElement usage) ? usage.GetRawText() : "none";
            Assert.Equal(expected, Splits.SameOutcome(bytes, Capture));
            Assert.Equal(expected, Capture(bytes, Splits.AtRandom(random, bytes.Length)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_bytes_at_all_come_to_one_end_at_every_split(int seed)
    {
        Random random = new(seed);
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\", "\"usage\"", "{\"usage\":", "u", "\\u00", "1", " ", "\n", "\0", "\u00ff"];
        for (int round = 0; round < 100; round++)
        {
            StringBuilder text = new(random.Next(2) == 0 ? "{\"usage\":" : "");
            for (int i = random.Next(20); i > 0; i--)
                text.Append(pieces[random.Next(pieces.Length)]);
            Splits.SameOutcome(text.ToString(), Capture);
        }
    }

    private static string Capture(byte[] bytes, int[] ends)
    {
        byte[] store = new byte[bytes.Length];
        MemberCapture capture = Follow(bytes, ends, store);
        Assert.False(capture.IsTooLong);
        return capture.IsFound ? Encoding.UTF8.GetString(store, 0, capture.Length) : "none";
    }

    private static MemberCapture Follow(byte[] bytes, int[] ends, byte[] store)
    {
        MemberCapture capture = default;
        capture.Begin(s_name);
        int begin = 0;
        foreach (int end in ends)
        {
            capture.Pass(bytes.AsSpan(begin, end - begin), store);
            begin = end;
        }

        return capture;
    }

    private static void AppendObject(Random random, StringBuilder text, int depth)
    {
        string[] names = ["usage", "us\\u0061ge", "\\u0075sage", "usag", "usages", "", "a\\\"usage", "\\\\", "é", "id"];
        text.Append('{');
        int members = random.Next(depth == 0 ? 7 : 4);
        for (int i = 0; i < members; i++)
        {
            text.Append(i > 0 ? "," : "").Append(Space(random)).Append('"').Append(names[random.Next(names.Length)]).Append('"');
            text.Append(Space(random)).Append(':').Append(Space(random));
            AppendValue(random, text, depth + 1);
            text.Append(Space(random));
        }

        text.Append('}');
    }

    private static void AppendValue(Random random, StringBuilder text, int depth)
    {
        string[] plain = ["null", "true", "0", "-12.5e+3", "\"\"", "\"a\\\\\"", "\"\\\"}],:{[\"", "\"\\\\\\\"\"", "\"\\u0022é\"", "\"usage\""];
        int kind = depth > 4 ? 9 : random.Next(10);
        if (kind == 0)
        {
            AppendObject(random, text, depth);
        }
        else if (kind == 1)
        {
            text.Append('[');
            for (int i = random.Next(4); i > 0; i--)
            {
                AppendValue(random, text, depth + 1);
                text.Append(i > 1 ? "," : "");
            }

            text.Append(']');
        }
        else
        {
            text.Append(plain[random.Next(plain.Length)]);
        }
    }

    private static string Space(Random random) => random.Next(4) == 0 ? " \r\n\t"[..random.Next(5)] : "";
}

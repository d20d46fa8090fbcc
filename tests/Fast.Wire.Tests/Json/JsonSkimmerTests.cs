using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Wire.Tests.Json;

/// <summary>What is passed over is what the platform's reader takes for JSON, and nothing else.</summary>
public sealed class JsonSkimmerTests
{
    private static readonly string[] s_scalars =
    [
        "0", "-0", "12", "-1.5e3", "1E+9", "2e-07", "0.10", "true", "false", "null", "\"\"", "\"text\"", "\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"",
        "\"\\u00e9\\uD83D\\ude00 é漢字\"", "\"a text that is longer than a vector, and than two of them are\"", "\"line\\nline\\nline\\n\\\"quoted\\\"\"",
    ];

    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0", "1", "-", "+", ".", "e", "E", " ", "\t", "\n", "\u0001", "true", "nul", "a", "\"a\"", "\u007F", "/", "'",
    ];

    private static readonly string[] s_inside =
    [
        "a", "plain ", "\\n", "\\\\", "\\\"", "\\\\\\\"", "\\u00e9", "\\uD83D\\ude00", "\\/", "é漢字", "\\t\\t\\t", "{\\\"k\\\": 1}",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Good_texts_and_broken_ones_are_told_apart_as_by_the_platforms_reader(int seed)
    {
        Random random = new(seed);
        int good = 0;
        for (int round = 0; round < 30_000; round++)
        {
            string text = Value(random, 4);
            byte[] bytes = Encoding.UTF8.GetBytes(random.Next(4) == 0 ? text : Broken(random, text));
            if (random.Next(20) == 0 && bytes.Length > 0)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bool isGood = IsJson(bytes);
            good += isGood ? 1 : 0;
            Assert.True(isGood == IsSkimmed(bytes), Encoding.UTF8.GetString(bytes));
        }

        Assert.InRange(good, 6_000, 24_000);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_members_are_those_that_the_platforms_reader_finds(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 3_000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Object(random, 4));
            Utf8JsonReader expected = new(bytes);
            Assert.True(expected.Read());
            TopLevelReader members = new(bytes);
            while (members.Next())
            {
                Assert.True(expected.Read());
                Assert.True(members.NameIs(Encoding.UTF8.GetBytes(expected.GetString()!)));
                Assert.True(expected.Read());
                Assert.Equal((expected.TokenType, expected.ValueIsEscaped, (int)expected.TokenStartIndex), (members.ValueType, members.ValueIsEscaped, members.ValueStart));
                expected.Skip();
                Assert.Equal((int)expected.BytesConsumed, members.ValueEnd);
            }

            Assert.False(members.Malformed);
            Assert.True(expected.Read());
            Assert.Equal(JsonTokenType.EndObject, expected.TokenType);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Long_texts_full_of_escapes_end_where_they_do_for_the_platforms_reader(int seed)
    {
        Random random = new(seed);
        int good = 0;
        for (int round = 0; round < 20_000; round++)
        {
            int mess = random.Next(1, 200);
            StringBuilder text = new("\"");
            for (int parts = random.Next(60); parts > 0; parts--)
            {
                if (random.Next(mess) == 0)
                    text.Append(s_pieces[random.Next(s_pieces.Length)]);
                text.Append(s_inside[random.Next(s_inside.Length)]).Append('x', random.Next(6) == 0 ? random.Next(90) : random.Next(3));
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text.Append(random.Next(30) == 0 ? "" : "\"").Append(' ', random.Next(70)).ToString());
            bool isGood = IsJson(bytes);
            good += isGood ? 1 : 0;
            Assert.True(isGood == IsSkimmed(bytes), Encoding.UTF8.GetString(bytes));
        }

        Assert.InRange(good, 6_000, 19_000);
    }

    [Fact]
    public void A_run_of_backslashes_escapes_what_is_behind_it_wherever_it_stands_and_however_long_it_is()
    {
        for (int before = 0; before < 70; before++)
        {
            for (int run = 0; run < 140; run++)
            {
                // With an odd number the quote is part of the text, and the text ends with the second.
                string text = $"\"{new string('x', before)}{new string('\\', run)}\"{new string('y', 70)}";
                byte[] one = Encoding.UTF8.GetBytes(text);
                byte[] two = Encoding.UTF8.GetBytes(text + "\"");
                Assert.Equal(run % 2 == 1, IsSkimmed(two));
                JsonSkimmer skimmer = new(one);
                Assert.Equal(run % 2 == 0, skimmer.TrySkipText(out bool isEscaped));
                if (run % 2 == 0)
                    Assert.Equal((before + run + 2, run > 0), (skimmer.At, isEscaped));
            }
        }
    }

    [Theory]
    [InlineData("\\u0041", true)]
    [InlineData("\\u005a", true)]
    [InlineData("\\u005F", true)]
    [InlineData("\\u0061", true)]
    [InlineData("\\u007A", true)]
    [InlineData("\\u017f", true)]
    [InlineData("\\u212A", true)]
    [InlineData("\\u0040", false)]
    [InlineData("\\u005b", false)]
    [InlineData("\\u0060", false)]
    [InlineData("\\u007b", false)]
    [InlineData("\\u0161", false)]
    [InlineData("\\u4141", false)]
    [InlineData("\\u2192\\u212b\\u0022\\u00e9\\n\\\\", false)]
    [InlineData("\\\\u0041", false)]
    public void A_letter_that_is_spelled_is_seen_wherever_it_stands(string escape, bool spells)
    {
        for (int before = 0; before < 140; before++)
        {
            foreach (int behind in (int[])[0, 10, 200])
            {
                // An escape before it, so that blocks are passed; in a name, in a value, and deep inside.
                string text = $"\\n{new string('x', before)}{escape}{new string('y', behind)}";
                foreach (string json in (string[])[$"{{\"{text}\":1}}", $"{{\"a\":\"{text}\"}}", $"{{\"a\":[{{\"b\":\"{text}\"}}]}}"])
                {
                    TopLevelReader members = new(Encoding.UTF8.GetBytes(json));
                    Assert.True(members.Next());
                    Assert.False(members.Next());
                    Assert.False(members.Malformed);
                    Assert.True(spells == members.SpellsLetters, json);
                }
            }
        }
    }

    [Fact]
    public void Every_byte_means_the_same_wherever_it_stands_in_a_text()
    {
        byte[] behind = Encoding.ASCII.GetBytes(new string('y', 100) + "\"");
        for (int before = 0; before < 80; before++)
        {
            for (int one = 0; one < 256; one++)
            {
                byte[] bytes = [(byte)'"', .. Encoding.ASCII.GetBytes(new string('x', before)), (byte)one, .. behind];
                Assert.Equal(IsJson(bytes), IsSkimmed(bytes));
                byte[] escape = [(byte)'"', .. Encoding.ASCII.GetBytes(new string('x', before)), (byte)'\\', (byte)one, .. "00Fg"u8, .. behind];
                Assert.Equal(IsJson(escape), IsSkimmed(escape));
                escape = [(byte)'"', .. Encoding.ASCII.GetBytes(new string('x', before)), .. "\\u0A"u8, (byte)one, .. "f"u8, .. behind];
                Assert.Equal(IsJson(escape), IsSkimmed(escape));
            }
        }
    }

    [Fact]
    public void Cut_anywhere_a_text_is_broken()
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"a\":[1.5e3,{\"b\":\"\\u00e9\\n, and more than a vector of it\"}],\"c\":{\"d\":[[],{}]},\"e\":true,\"f\":null}");
        Assert.True(IsSkimmed(text));
        for (int length = 0; length < text.Length; length++)
            Assert.False(IsSkimmed(text[..length]), Encoding.UTF8.GetString(text[..length]));
    }

    [Fact]
    public void Nesting_is_the_same_on_both_sides_of_a_word_of_kinds()
    {
        for (int depth = 1; depth < TopLevelReader.DepthMax; depth++)
        {
            // Objects and arrays in turn, so that a kind that was kept wrongly is met with the other's end.
            StringBuilder text = new();
            for (int i = 0; i < depth; i++)
                text.Append(i % 3 == 0 ? "{\"a\":" : "[");
            text.Append('1');
            for (int i = depth - 1; i >= 0; i--)
                text.Append(i % 3 == 0 ? '}' : ']');
            Assert.True(IsSkimmed(Encoding.UTF8.GetBytes(text.ToString())));
            int end = text.Length - 1 - (depth / 2);
            text[end] = text[end] == '}' ? ']' : '}';
            Assert.False(IsSkimmed(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    private static bool IsSkimmed(byte[] bytes)
    {
        JsonSkimmer skimmer = new(bytes);
        skimmer.SkipSpace();
        if (!skimmer.TrySkipValue())
            return false;
        skimmer.SkipSpace();
        return skimmer.IsAtEnd;
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = TopLevelReader.DepthMax });
            bool any = false;
            while (reader.Read())
                any = true;
            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Value(Random random, int depth) => random.Next(depth == 0 ? 1 : 3) switch
    {
        0 => s_scalars[random.Next(s_scalars.Length)],
        1 => Object(random, depth),
        _ => $"[{Space(random)}{string.Join(',', Several(random, () => Value(random, depth - 1)))}{Space(random)}]",
    };

    private static string Object(Random random, int depth) =>
        $"{{{Space(random)}{string.Join(',', Several(random, () => $"{Space(random)}{Name(random)}{Space(random)}:{Space(random)}{Value(random, depth - 1)}{Space(random)}"))}}}";

    private static string Name(Random random) => s_scalars[random.Next(10, s_scalars.Length)];

    private static string Space(Random random) => random.Next(5) == 0 ? " \r\n\t"[..random.Next(5)] : "";

    private static List<string> Several(Random random, Func<string> make)
    {
        List<string> all = [];
        for (int count = random.Next(4); count > 0; count--)
            all.Add(make());
        return all;
    }

    private static string Broken(Random random, string text)
    {
        int at = random.Next(text.Length + 1);
        return random.Next(3) switch
        {
            0 => text.Insert(at, s_pieces[random.Next(s_pieces.Length)]),
            1 when at < text.Length => text.Remove(at, 1),
            _ => at < text.Length ? $"{text[..at]}{s_pieces[random.Next(s_pieces.Length)]}{text[(at + 1)..]}" : text + s_pieces[random.Next(s_pieces.Length)],
        };
    }
}

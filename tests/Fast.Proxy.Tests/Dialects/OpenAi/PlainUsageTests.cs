using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Wire.Json;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

/// <summary>What is read the short way is what the whole way reads.</summary>
public sealed class PlainUsageTests
{
    private static readonly string[] s_names =
    [
        "prompt_tokens", "input_tokens", "completion_tokens", "output_tokens", "total_tokens", "prompt_cache_hit_tokens", "cached_tokens",
        "cache_read_input_tokens", "cache_creation_input_tokens", "reasoning_tokens", "prompt_cache_miss_tokens", "cost", "total_time", "",
    ];

    private static readonly string[] s_details =
    [
        "prompt_tokens_details", "input_tokens_details", "input_token_details", "completion_tokens_details", "output_tokens_details",
        "server_tool_details", "_details",
    ];

    private static readonly string[] s_inner =
    [
        "cached_tokens", "cache_write_tokens", "cache_creation_tokens", "audio_tokens", "reasoning_tokens", "thinking_tokens", "text_tokens", "",
    ];

    private static readonly string[] s_values =
    [
        "0", "1", "7", "12", "00", "007", "-1", "-0", "1.5", "3e2", "0.0", "null", "true", "\"4\"", "{}", "[]", "[1]", "9999999999", "10000000000",
        "10000000001", "99999999999", "12345678901234567890123", "nul", "", "1 ", " 2", "3\n", "1_0", "+1", ".5", "1.",
    ];

    public static TheoryData<string> Usages =>
    [
        """{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}""",
        """{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""",
        """{ "input_tokens" : 5 , "output_tokens" : 6 , "input_tokens_details" : { } , "output_tokens_details" : null }""",
        """{"queue_time":0.012,"prompt_tokens":20,"prompt_time":1.5e-3,"completion_tokens":10,"total_tokens":30,"cost":0.5}""",
        """{"prompt_tokens":1,"completion_tokens":null,"total_tokens":3}""",
    ];

    [Theory]
    [MemberData(nameof(Usages))]
    public void What_providers_write_is_plain(string usage)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(usage + ",\"a\":1}");
        Assert.True(PlainUsage.TryRead(bytes, out TokenUsage plain, out int length));
        Assert.Equal(usage.Length, length);
        Assert.Equal(TheLongWay(usage), plain);
    }

    [Theory]
    [MemberData(nameof(Usages))]
    public void Cut_anywhere_it_is_none(string usage)
    {
        for (int end = 0; end < usage.Length; end++)
            Assert.False(PlainUsage.TryRead(Encoding.UTF8.GetBytes(usage[..end]), out _, out _), usage[..end]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_the_counts_are_both_ways_agree(int seed)
    {
        Random random = new(seed);
        int plain = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string text = RandomUsage(random);
            byte[] bytes = Encoding.UTF8.GetBytes(text);

            // A number that counts nothing need not be one that JSON allows.
            if (!PlainUsage.TryRead(bytes, out TokenUsage usage, out int length) || !IsJson(text))
                continue;

            plain++;
            Assert.True(length == bytes.Length, text);
            Assert.True(TheLongWay(text) == usage, text);
        }

        Assert.InRange(plain, 1000, 19_000);
    }

    [Fact]
    public void More_members_than_a_usage_has_are_not_plain()
    {
        StringBuilder text = new("{\"prompt_tokens\":1");
        for (int member = 0; member < 70; member++)
            text.Append(",\"x\":1");
        byte[] bytes = Encoding.UTF8.GetBytes(text.Append('}').ToString());
        Assert.False(PlainUsage.TryRead(bytes, out _, out _));
        Assert.True(OpenAiUsage.TryRead(bytes, out TokenUsage usage));
        Assert.Equal(1, usage.Input);
    }

    [Theory]
    [InlineData("""{"choices":[{"text":"\"usage\":{\"prompt_tokens\":9}"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", 3)]
    [InlineData("""{"usage":{"prompt_tokens":9},"usage":{"prompt_tokens":1,"completion_tokens":2},"service_tier":"default","x":{"y":[1,"}"]}}""", 3)]
    [InlineData("""{"usage":{"prompt_tokens":1},"a":{"usage":{"prompt_tokens":9}}}""", -1)]
    [InlineData("""{"usage":{"prompt_tokens":1},"a":[{"usage":{"prompt_tokens":9}}]}""", -1)]
    [InlineData("""[{"usage":{"prompt_tokens":9}}]""", -1)]
    [InlineData("""{"usage":{"prompt_tokens":9},"us\u0061ge":{"prompt_tokens":1}}""", -1)]
    [InlineData("""{"usage":{"prompt_tokens":9},"a":"usage"}""", -1)]
    [InlineData("""{"usage":{"prompt_tokens":9}""", -1)]
    [InlineData("""{"usage":null}""", -1)]
    [InlineData("""{"usage":{}}""", -1)]
    [InlineData("", -1)]
    public void Of_an_answer_its_own_is_read_and_no_other(string answer, long total)
    {
        bool isRead = PlainUsage.TryReadLast(Encoding.UTF8.GetBytes(answer), out TokenUsage usage);
        Assert.Equal(total, isRead ? usage.Total : -1);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Whatever_the_answer_is_both_ways_agree(int seed)
    {
        Random random = new(seed);
        int plain = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string text = RandomAnswer(random, 3);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            if (!PlainUsage.TryReadLast(bytes, out TokenUsage usage))
                continue;

            plain++;
            byte[] captured = new byte[4096];
            MemberCapture capture = default;
            capture.Begin("usage"u8.ToArray());
            capture.Pass(bytes, captured);
            Assert.True(capture.IsFound && OpenAiUsage.TryRead(captured.AsSpan(0, capture.Length), out TokenUsage whole) && whole == usage, text);
        }

        Assert.InRange(plain, 1000, 19_000);
    }

    /// <summary>A name with an escape is not plain, and means the same.</summary>
    private static TokenUsage TheLongWay(string usage)
    {
        int name = usage.IndexOf('"', StringComparison.Ordinal) + 1;
        string escaped = usage[name] == '"'
            ? usage.Insert(name, "\\u0078")
            : $"{usage[..name]}\\u{(int)usage[name]:x4}{usage[(name + 1)..]}";
        byte[] bytes = Encoding.UTF8.GetBytes(escaped);
        Assert.False(PlainUsage.TryRead(bytes, out _, out _));
        Assert.True(OpenAiUsage.TryRead(bytes, out TokenUsage read), usage);
        return read;
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string RandomUsage(Random random)
    {
        List<string> members = [];
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            members.Add(random.Next(4) > 0
                ? $"\"{Any(random, s_names)}\":{Value(random)}"
                : $"\"{Any(random, s_details)}\":{{\"{Any(random, s_inner)}\":{Value(random)},\"{Any(random, s_inner)}\":{Value(random)}}}");
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private static string RandomAnswer(Random random, int depth)
    {
        List<string> members = [];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            string name = Any(random, ["usage", "usage", "us\\u0061ge", "a", "\\\"usage", "x\\\\"]);
            string value = random.Next(6) switch
            {
                0 when depth > 0 => RandomAnswer(random, depth - 1),
                1 when depth > 0 => $"[{RandomAnswer(random, depth - 1)}]",
                2 => Any(random, ["\"usage\"", "\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}}\"", "\"}\"", "\"\\\\\"", "\"\\\"\"", "[]", "null"]),
                _ => $"{{\"prompt_tokens\":{random.Next(1000)},\"completion_tokens\":{random.Next(1000)}}}",
            };
            members.Add($"\"{name}\":{value}");
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private static string Value(Random random) => random.Next(3) > 0 ? $"{random.Next(100_000)}" : Any(random, s_values);

    private static string Any(Random random, string[] of) => of[random.Next(of.Length)];
}

using System;
using System.Text;
using System.Text.RegularExpressions;
using Fast.Wire.Sse;
using Xunit;

namespace Fast.Wire.Tests.Sse;

public sealed partial class SseCursorTests
{
    public static TheoryData<string> Streams =>
    [
        "data: a\n\ndata: b\n\ndata: [DONE]\n\n",
        "data: a\r\n\r\ndata: b\r\n\r\ndata: [DONE]\r\n\r\n",
        "data: a\r\rdata: b\r\rdata: [DONE]\r\r",
        "data: a\n\r\ndata: b\r\n\ndata: c\r\n\rdata: d\n\rdata: e\r\r\n",
        "event: x\nid: 1\ndata: a\ndata: b\n\n: comment\n\nevent: y\n\nretry: 5\n\n",
        ": comment\n: another\n\ndata: a\n: inside\n\n:\n:\r\n\r\n",
        "\n\n\r\r\n\n",
        "data: unfinished\n\ndata: cut of",
        "event: unfinished\r\ndata: a\r\n",
        "\rdata: a\n\n\r",
        "",
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_is_understood_the_same_however_it_is_cut(string stream) => Splits.SameOutcome(stream, Pass);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_stream_of_line_ends_and_fields_cut_anywhere_is_understood(int seed)
    {
        Random random = new(seed);
        string[] pieces = ["\r", "\n", "\r\n", "\r\n\r\n", "\n\n", "data", "data:", "data: x", ":", ": c", "event: e", "x", "data: [DONE]"];
        for (int round = 0; round < 20; round++)
        {
            StringBuilder stream = new();
            for (int i = random.Next(25); i > 0; i--)
                stream.Append(pieces[random.Next(pieces.Length)]);

            byte[] bytes = Encoding.Latin1.GetBytes(stream.ToString());
            Assert.Equal(Pass(bytes, [bytes.Length]), Pass(bytes, Splits.AtRandom(random, bytes.Length)));
            Splits.SameOutcome(bytes, Pass);
        }
    }

    [Theory]
    [InlineData("data: a\n\n", 1)]
    [InlineData("data:a\n\n", 1)]
    [InlineData("data:\n\n", 1)]
    [InlineData("data\n\n", 1)]
    [InlineData("data: a\ndata: b\n\n", 1)]
    [InlineData("event: x\ndata: a\nid: 1\n\n", 1)]
    [InlineData("data: a\n\n\n\ndata: b\n\n", 2)]
    [InlineData("data: a\r\n\r\ndata: b\r\rdata: c\n\n", 3)]
    [InlineData("data: a\r\n", 0)]
    [InlineData("data: a", 0)]
    [InlineData("event: x\n\n", 0)]
    [InlineData(": data: a\n\n", 0)]
    [InlineData(" data: a\n\n", 0)]
    [InlineData("Data: a\n\n", 0)]
    [InlineData("dat: a\n\n", 0)]
    [InlineData("dataa: a\n\n", 0)]
    [InlineData("data : a\n\n", 0)]
    [InlineData("\n\n\n", 0)]
    public void Events_with_data_are_counted(string stream, int expected) =>
        Assert.Equal(expected, Splits.SameOutcome(stream, Pass).Events);

    [Theory]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("data:[DONE]\n\n")]
    [InlineData("data: [DONE]\r\n\r\n")]
    [InlineData("data: [DONE]\r\r")]
    [InlineData("data: {}\n\ndata: [DONE]\n\n")]
    [InlineData(": c\nevent: x\ndata: [DONE]\n\n: after\n\n")]
    public void The_end_mark_is_seen_with_and_without_its_space(string stream)
    {
        Outcome outcome = Splits.SameOutcome(stream, Pass);
        Assert.True(outcome.SawDone);
        Assert.True(outcome.AtEventStart);
    }

    [Theory]
    [InlineData("data: [DONE]")]
    [InlineData("data:  [DONE]\n\n")]
    [InlineData("data: [DONE] \n\n")]
    [InlineData("data: [DONE]]\n\n")]
    [InlineData("data: [DON]\n\n")]
    [InlineData("data: [done]\n\n")]
    [InlineData("data: x[DONE]\n\n")]
    [InlineData("data: [[DONE]\n\n")]
    [InlineData("data: {\"text\":\"data: [DONE]\"}\n\n")]
    [InlineData("data: data: [DONE]\n\n")]
    [InlineData("event: [DONE]\n\n")]
    [InlineData(": data: [DONE]\n\n")]
    [InlineData("xdata: [DONE]\n\n")]
    [InlineData("[DONE]\n\n")]
    [InlineData("data\n: [DONE]\n\n")]
    [InlineData("data:\n[DONE]\n\n")]
    [InlineData("data: [DO\nNE]\n\n")]
    public void What_only_looks_like_the_end_mark_is_not(string stream) => Assert.False(Splits.SameOutcome(stream, Pass).SawDone);

    [Fact]
    public void The_cut_between_the_two_bytes_of_a_line_end_starts_no_line()
    {
        SseCursor cursor = default;
        Assert.Equal(0, cursor.Pass("data: a\r"u8));
        Assert.True(cursor.AtLineStart);
        Assert.False(cursor.AtEventStart);
        Assert.Equal(0, cursor.Pass("\n"u8));
        Assert.False(cursor.AtEventStart);
        Assert.Equal(1, cursor.Pass("\r"u8));
        Assert.True(cursor.AtEventStart);
        Assert.Equal(1, cursor.Pass("\n"u8));
        Assert.Equal(1, cursor.Events);
    }

    [Fact]
    public void Before_anything_has_passed_an_event_may_be_added()
    {
        SseCursor cursor = default;
        Assert.True(cursor.AtEventStart);
        Assert.True(cursor.AtLineStart);
        Assert.Equal(0, cursor.Pass([]));
    }

    [Theory]
    [InlineData("data: a\n\ndata: b", 9)]
    [InlineData("data: a\n\ndata: b\n", 9)]
    [InlineData("data: a\n\n", 9)]
    [InlineData("data: a\r\n\r\nd", 11)]
    [InlineData("data: a\n", 0)]
    [InlineData(": comment\ndata: a\n", 10)]
    [InlineData("data: a\n: comment\n", 0)]
    public void The_bytes_up_to_the_last_whole_event_are_told(string stream, int expected)
    {
        SseCursor cursor = default;
        Assert.Equal(expected, cursor.Pass(Encoding.Latin1.GetBytes(stream)));
    }

    /// <summary>Lets a stream pass in pieces, and holds the cursor against the whole text after each.</summary>
    private static Outcome Pass(byte[] stream, int[] ends)
    {
        SseCursor cursor = default;
        string text = Encoding.Latin1.GetString(stream);
        int begin = 0;
        foreach (int end in ends)
        {
            int whole = 0;
            for (int at = begin + 1; at <= end; at++)
                whole = IsEventStart(text[..at]) ? at - begin : whole;

            Assert.Equal(whole, cursor.Pass(stream.AsSpan(begin, end - begin)));
            Assert.Equal(IsEventStart(text[..end]), cursor.AtEventStart);
            Assert.Equal(end == 0 || text[end - 1] is '\r' or '\n', cursor.AtLineStart);
            begin = end;
        }

        return new Outcome(cursor.Events, cursor.SawDone, cursor.AtEventStart, cursor.AtLineStart);
    }

    /// <summary>Whether a stream so far ends where an event may begin: no field stands behind the last empty line.</summary>
    private static bool IsEventStart(string soFar)
    {
        string[] lines = LineEnds().Split(soFar);
        bool hasFields = false;
        foreach (string line in lines.AsSpan(0, lines.Length - 1))
            hasFields = line.Length > 0 && (hasFields || line[0] != ':');
        return lines[^1].Length == 0 && !hasFields;
    }

    [GeneratedRegex("\r\n|\n|\r")]
    private static partial Regex LineEnds();

    private sealed record Outcome(int Events, bool SawDone, bool AtEventStart, bool AtLineStart);
}

using System;
using System.Collections.Generic;
using System.Text;
using Fast.Wire.Sse;
using Xunit;

namespace Fast.Wire.Tests.Sse;

public sealed class SseEventReaderTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];

    /// <summary>Each event as <c>name=data</c>; <c>-</c> without data, <c>+</c> behind the first of several lines, <c>?</c> when it is not whole.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("data: a\n\n", "=a")]
    [InlineData("data:a\n\ndata:  b\n\n", "=a|= b")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", "=a|=b")]
    [InlineData("data: a\r\rdata: b\r\r", "=a|=b")]
    [InlineData("data: a\n\r\ndata: b\r\n\ndata: c\r\n\rdata: d\n\r", "=a|=b|=c|=d")]
    [InlineData("event: x\ndata: a\n\n", "x=a")]
    [InlineData("event:x\r\nid: 1\r\ndata: {\"a\":1}\r\n\r\n", "x={\"a\":1}")]
    [InlineData("data: a\nevent: x\nevent: y\n\n", "y=a")]
    [InlineData("data: a\ndata: b\ndata\n\n", "=a+")]
    [InlineData("data\n\n", "=")]
    [InlineData("data:\n\n", "=")]
    [InlineData("data: \n\n", "=")]
    [InlineData("event: ping\n\n", "ping-")]
    [InlineData("event\ndata: a\n\n", "=a")]
    [InlineData(": OPENROUTER PROCESSING\n\ndata: a\n\n", "-|=a")]
    [InlineData(": keep-alive\ndata: a\n: more\n\n", "=a")]
    [InlineData("datax: a\ndat: b\n data: c\nDATA: d\nxdata: e\n\n", "-")]
    [InlineData("\n\ndata: a\n\n\n", "-|-|=a|-")]
    [InlineData("data: [DONE]\n\n: c\n", "=[DONE]|-?")]
    [InlineData("data: a\n\ndata: b", "=a|=b?")]
    [InlineData("data: a\r\n", "=a?")]
    public void Events_are_taken_one_by_one(string stream, string expected) => Assert.Equal(expected, Show(stream));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_taken_is_what_the_cursor_counts(int seed)
    {
        Random random = new(seed);
        string[] pieces = ["\r", "\n", "\r\n", "\r\n\r\n", "\n\n", "data", "data:", "data: x", ":", ": c", "event: e", "x", "data: [DONE]"];
        for (int round = 0; round < 200; round++)
        {
            StringBuilder stream = new();
            for (int i = random.Next(25); i > 0; i--)
                stream.Append(pieces[random.Next(pieces.Length)]);

            byte[] bytes = Encoding.Latin1.GetBytes(stream.ToString());
            SseCursor cursor = default;
            int whole = cursor.Pass(bytes);
            Assert.Equal(cursor.Events, Count(bytes));

            SseCursor first = default;
            first.Pass(bytes.AsSpan(0, whole));
            Assert.Equal(first.Events, Count(bytes.AsSpan(0, whole)));
        }
    }

    private static int Count(ReadOnlySpan<byte> bytes)
    {
        SseEventReader reader = new(bytes);
        int events = 0;
        int end = 0;
        while (reader.TryTake(out SseEvent found))
        {
            Assert.Equal(end, found.Start);
            Assert.InRange(found.End, found.Start + 1, bytes.Length);
            Assert.InRange(found.DataStart, found.Start, found.DataEnd);
            Assert.InRange(found.DataEnd, found.DataStart, found.End);
            end = found.End;
            events += found.HasData && found.IsWhole ? 1 : 0;
        }

        Assert.Equal(bytes.Length, end);
        return events;
    }

    private static string Show(string stream)
    {
        SseEventReader reader = new(Encoding.Latin1.GetBytes(stream));
        List<string> events = [];
        while (reader.TryTake(out SseEvent found))
        {
            string data = found.HasData ? "=" + stream[found.DataStart..found.DataEnd] : "-";
            events.Add(stream[found.NameStart..found.NameEnd] + data + (found.HasManyDataLines ? "+" : "") + (found.IsWhole ? "" : "?"));
        }

        return string.Join('|', events);
    }
}

using System;
using System.Text;
using Fast.Load.Load;
using Xunit;

namespace Fast.Load.Tests.Load;

public sealed class AnswerReaderTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    private const string Events = "data: one\n\n: a comment\n\ndata: two\r\n\r\nevent: x\ndata: three\n\ndata: [DONE]\n\n";

    private static readonly AnswerCheck s_check = new(200, 5, "wor", 0);

    /// <summary>Wire bytes, whether the connection's end belongs to them, and the bytes of the body.</summary>
    public static TheoryData<string, bool, int> Whole => new()
    {
        { Head + "Content-Length: 11\r\n\r\nhello world", false, 11 },
        { Head + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n006;x=y\r\n world\r\n0\r\n\r\n", false, 11 },
        { Head + "Transfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n0\r\nTrailer: x\r\nother: y\r\n\r\n", false, 11 },
        { Head + "\r\nhello world", true, 11 },
        { "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + Head + "Content-Length: 11\r\n\r\nhello world", false, 11 },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_whole_answer_is_right_at_every_split(string wire, bool endsByClose, int bodyBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(wire);
        AnswerReader reader = new(s_check, isStream: false);
        for (int split = 0; split <= bytes.Length; split++)
        {
            Read(reader, bytes, split, endsByClose);
            Assert.True(reader.IsDone, $"split {split}");
            Assert.Equal((null, bodyBytes, !endsByClose), (reader.Failure, (int)reader.BodyBytes, reader.KeepsAlive));
        }
        reader.Begin(null);
        foreach (byte one in bytes)
            reader.Read([one], 1);
        if (endsByClose)
            reader.End(null);
        Assert.Equal((true, null), (reader.IsDone, reader.Failure));
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Half_an_answer_is_a_failure_at_every_cut(string wire, bool endsByClose, int bodyBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(wire);
        AnswerReader reader = new(s_check with { BodyBytesMin = bodyBytes }, isStream: false);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            reader.Begin(null);
            reader.Read(bytes.AsSpan(0, cut), 1);
            reader.End(null);
            Assert.True(reader.Failure is not null, $"cut {cut}");
            Assert.False(reader.KeepsAlive && !endsByClose);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Events_are_counted_at_every_split(bool isChunked)
    {
        string body = isChunked ? $"transfer-encoding: chunked\r\n\r\n{Events.Length:x}\r\n{Events}\r\n0\r\n\r\n"
            : $"content-length: {Events.Length}\r\n\r\n{Events}";
        byte[] bytes = Encoding.UTF8.GetBytes(Head + body);
        AnswerReader reader = new(new AnswerCheck(200, 1, "[DONE]", 4), isStream: true);
        for (int split = 0; split <= bytes.Length; split++)
        {
            Read(reader, bytes, split, endsByClose: false);
            Assert.Equal((null, 4), (reader.Failure, reader.Events));
        }
    }

    [Fact]
    public void Gaps_and_the_first_event_are_timed_by_when_they_came()
    {
        Histogram gaps = new();
        AnswerReader reader = new(new AnswerCheck(200, 1, null, 3), isStream: true);
        reader.Begin(gaps);
        reader.Read(Encoding.UTF8.GetBytes(Head + "content-length: 33\r\n\r\ndata"), 1000);
        Assert.Equal(0, reader.FirstNs);
        reader.Read(": one\n\n"u8, 2000);
        reader.Read("data: two\n\n"u8, 2100);
        reader.Read("data: end\n\n"u8, 2250);
        Assert.Equal((true, null, 2000L), (reader.IsDone, reader.Failure, reader.FirstNs));
        Assert.Equal((2L, 100L, 150L), (gaps.Count, gaps.Min, gaps.Max));
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\ncontent-length: 5\r\n\r\nworld", "status 503")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nworl", "body too short")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello!", "body without 'wor'")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworldHTTP/1.1", "bytes after the answer")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "not HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", "broken chunks")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nworldXX", "broken chunks")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "not HTTP/1.1")]
    public void A_wrong_answer_says_what_is_wrong(string wire, string failure)
    {
        AnswerReader reader = new(s_check, isStream: false);
        reader.Begin(null);
        reader.Read(Encoding.UTF8.GetBytes(wire), 1);
        Assert.Equal((true, failure), (reader.IsDone, reader.Failure));
    }

    [Fact]
    public void A_head_without_end_is_given_up()
    {
        AnswerReader reader = new(s_check, isStream: false);
        reader.Begin(null);
        reader.Read(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\n"), 1);
        for (int line = 0; line < 10_000 && !reader.IsDone; line++)
            reader.Read("x-more: and more\r\n"u8, 1);
        Assert.Equal("head too long", reader.Failure);
    }

    private static void Read(AnswerReader reader, byte[] bytes, int split, bool endsByClose)
    {
        reader.Begin(null);
        reader.Read(bytes.AsSpan(0, split), 1);
        reader.Read(bytes.AsSpan(split), 2);
        if (endsByClose)
            reader.End(null);
    }
}

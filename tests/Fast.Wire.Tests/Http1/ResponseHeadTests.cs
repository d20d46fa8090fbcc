using System;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class ResponseHeadTests
{
    private static readonly byte[] s_head = Encoding.Latin1.GetBytes(
        "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/event-stream\r\nConnection: keep-alive, X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n");

    public static TheoryData<string> Ends =>
    [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\n\n",
        "HTTP/1.1 200 OK\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\nC: d\n\n",
        "HTTP/1.1 200 OK\nA: b\r\nC: d\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\n",
        "HTTP/1.1 200 OK\r\nA: \rb\r\n \r\n\t\n\rC\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_head_ends_behind_its_empty_line_wherever_it_is_cut(string head)
    {
        Assert.Equal(head.Length, Splits.SameOutcome(head, FindEnd));
        Assert.Equal(head.Length, Splits.SameOutcome(head + "\n\r\n\n", FindEnd));
        Assert.Equal(head.Length, Splits.SameOutcome(head + "HTTP/1.1 500 No\r\n\r\n", FindEnd));
        for (int length = 0; length < head.Length; length++)
            Assert.Equal(-1, Splits.SameOutcome(head[..length], FindEnd));
    }

    [Fact]
    public void A_long_head_is_found_in_pieces_of_any_size()
    {
        StringBuilder text = new("HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 1000; i++)
            text.Append("X-").Append(i).Append(": \r ").Append('v', i % 90).Append(i % 3 == 0 ? "\n" : "\r\n");
        byte[] head = Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
        for (int seed = 1; seed <= 20; seed++)
            Assert.Equal(head.Length, FindEnd(head, Splits.AtRandom(new Random(seed), head.Length)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK", true)]
    [InlineData("HTTP/1.0 200 OK", 200, "OK", false)]
    [InlineData("HTTP/1.1 200", 200, "", true)]
    [InlineData("HTTP/1.1 200 ", 200, "", true)]
    [InlineData("HTTP/1.1 404 Not  Found\t", 404, "Not  Found\t", true)]
    [InlineData("HTTP/1.1 299 gr\u00fc\u00df", 299, "gr\u00fc\u00df", true)]
    [InlineData("HTTP/1.1 100 Continue", 100, "Continue", true)]
    [InlineData("HTTP/1.1 999 x", 999, "x", true)]
    public void A_status_line_is_read(string line, int status, string reason, bool keepAlive)
    {
        foreach (string end in (string[])["\r\n", "\n"])
        {
            byte[] bytes = Encoding.Latin1.GetBytes(line + end + end);
            Assert.True(ResponseHead.TryParse(bytes, out ResponseHead head));
            Assert.Equal((status, reason, keepAlive, -1L), (head.Status, Encoding.Latin1.GetString(bytes.AsSpan(head.Reason)), head.KeepAlive, head.Length));
            Assert.True(bytes.AsSpan(head.Fields).IsEmpty);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 2000")]
    [InlineData("HTTP/1.1 200OK")]
    [InlineData("HTTP/1.1 200\tOK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1\t200 OK")]
    [InlineData("HTTP/1.1 099 OK")]
    [InlineData("HTTP/1.1 000 OK")]
    [InlineData("HTTP/1.1 -20 OK")]
    [InlineData("HTTP/1.1 2x0 OK")]
    [InlineData("HTTP/1.1 \u00b2\u00b2\u00b2 OK")]
    [InlineData("HTTP/1.2 200 OK")]
    [InlineData("HTTP/2.0 200 OK")]
    [InlineData("HTTP/11 200 OK")]
    [InlineData("HTTP/1.10 200 OK")]
    [InlineData("http/1.1 200 OK")]
    [InlineData(" HTTP/1.1 200 OK")]
    [InlineData("ICY 200 OK and more")]
    [InlineData("HTTP/1.1 200 O\rK")]
    [InlineData("HTTP/1.1 200 O\0K")]
    [InlineData("HTTP/1.1 200 OK\r")]
    [InlineData("SSH-2.0-OpenSSH_9.6")]
    [InlineData("POST / HTTP/1.1")]
    public void What_is_no_status_line_is_malformed(string line) => AssertMalformed($"{line}\r\nA: b\r\n\r\n");

    [Theory]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("\nHTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\n\n")]
    public void Nothing_stands_before_the_status_line(string head) => AssertMalformed(head);

    [Theory]
    [InlineData("", -1, false)]
    [InlineData("Content-Length: 0\r\n", 0, false)]
    [InlineData("content-length:5\n", 5, false)]
    [InlineData("CONTENT-LENGTH: \t5 \r\n", 5, false)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", 5, false)]
    [InlineData("Content-Length: 5\r\nContent-Length: 05\r\n", 5, false)]
    [InlineData("Content-Length: 999999999999999999\r\n", 999999999999999999, false)]
    [InlineData("Transfer-Encoding: chunked\r\n", -1, true)]
    [InlineData("transfer-encoding:CHUNKED \n", -1, true)]
    public void The_bodys_framing_is_read(string fields, long length, bool chunked)
    {
        ResponseHead head = Parse(fields);
        Assert.Equal((length, chunked, true), (head.Length, head.IsChunked, head.KeepAlive));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nConnection: keep-alive\r\nContent-Length: 5\r\n")]
    public void Of_both_framings_the_chunks_are_believed_and_the_connection_no_more(string fields)
    {
        ResponseHead head = Parse(fields);
        Assert.Equal((-1L, true, false), (head.Length, head.IsChunked, head.KeepAlive));
    }

    [Theory]
    [InlineData("Content-Length:\r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Content-Length: +5\r\n")]
    [InlineData("Content-Length: 5, 5\r\n")]
    [InlineData("Content-Length: 5 5\r\n")]
    [InlineData("Content-Length: 0x5\r\n")]
    [InlineData("Content-Length: 5.0\r\n")]
    [InlineData("Content-Length: 1000000000000000000\r\n")]
    [InlineData("Content-Length: 9223372036854775808\r\n")]
    [InlineData("Content-Length: 18446744073709551621\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 6\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length:\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n")]
    [InlineData("Transfer-Encoding:\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked;a=b\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")]
    public void A_framing_that_two_readers_could_take_for_two_is_malformed(string fields)
    {
        AssertMalformed($"HTTP/1.1 200 OK\r\n{fields}\r\n");
        AssertMalformed($"HTTP/1.1 200 OK\n{fields.Replace("\r\n", "\n", StringComparison.Ordinal)}\n");
    }

    [Theory]
    [InlineData(" A: b\r\n")]
    [InlineData("\tA: b\r\n")]
    [InlineData("A: b\r\n c\r\n")]
    [InlineData("A: b\r\n\tContent-Length: 5\r\n")]
    [InlineData("A: b\r\n \r\n")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n")]
    [InlineData("A : b\r\n")]
    [InlineData("Content-Length : 5\r\n")]
    [InlineData("Transfer-Encoding\t: chunked\r\n")]
    [InlineData(": b\r\n")]
    [InlineData("A\r\n")]
    [InlineData("A: b\r\nchunked\r\n")]
    [InlineData("Content-Length\r\n")]
    [InlineData("A B: c\r\n")]
    [InlineData("A(B): c\r\n")]
    [InlineData("\"A\": c\r\n")]
    [InlineData("A\u00e4: c\r\n")]
    [InlineData("A\0: c\r\n")]
    [InlineData("A: b\rC: d\r\n")]
    [InlineData("A: b\r\r\n")]
    [InlineData("A: b\rTransfer-Encoding: chunked\r\n")]
    public void A_line_that_is_no_field_is_malformed(string fields) => AssertMalformed($"HTTP/1.1 200 OK\r\n{fields}\r\n");

    [Fact]
    public void Control_characters_are_malformed_in_names_and_values()
    {
        for (int one = 0; one <= 0xFF; one++)
        {
            bool control = one is (< 0x20 or 0x7F) and not '\t';
            if (one is not ('\n' or '\r'))
                Assert.Equal(!control, ResponseHead.TryParse(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nA: b{(char)one}c\r\n\r\n"), out _));
            if (control && one != '\n')
                AssertMalformed($"HTTP/1.1 200 OK\r\nA{(char)one}: b\r\n\r\n");
        }
    }

    [Fact]
    public void There_may_be_as_many_fields_as_the_limit_and_no_more()
    {
        string fields = new StringBuilder().Insert(0, "A: b\r\n", ResponseHead.FieldsMax).ToString();
        Assert.Equal(200, Parse(fields).Status);
        AssertMalformed($"HTTP/1.1 200 OK\r\n{fields}A: b\r\n\r\n");
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData("Connection: keep-alive\r\n", true, false)]
    [InlineData("Connection: close\r\n", false, false)]
    [InlineData("connection:CLOSE\n", false, false)]
    [InlineData("Connection: keep-alive, close\r\n", false, false)]
    [InlineData("Connection: close\r\nConnection: keep-alive\r\n", false, false)]
    [InlineData("Connection: , ,\t close ,\r\n", false, false)]
    [InlineData("Connection: closed\r\n", true, true)]
    [InlineData("Connection: X-Hop\r\n", true, true)]
    [InlineData("Connection: keep-alive, X-Hop\r\n", true, true)]
    [InlineData("Connection: X-Hop\r\nConnection: keep-alive\r\n", true, true)]
    [InlineData("Connection:\r\n", true, false)]
    public void Connection_says_whether_it_goes_on_and_which_fields_are_of_this_hop(string fields, bool keepAlive, bool names)
    {
        ResponseHead head = Parse(fields);
        Assert.Equal((keepAlive, names), (head.KeepAlive, head.HasConnectionFields));
    }

    [Fact]
    public void Connection_may_list_as_many_options_as_the_limit_and_no_more()
    {
        string options = new StringBuilder().Insert(0, "a,", ResponseHead.OptionsMax).ToString();
        Assert.True(Parse($"Connection: {options}\r\n").HasConnectionFields);
        AssertMalformed($"HTTP/1.1 200 OK\r\nConnection: {options}a\r\n\r\n");
        AssertMalformed($"HTTP/1.1 200 OK\r\nConnection: {options}\r\nConnection: close\r\n\r\n");
    }

    [Fact]
    public void A_server_of_the_old_version_is_not_believed_to_keep_its_connection()
    {
        Assert.True(ResponseHead.TryParse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n"u8, out ResponseHead head));
        Assert.False(head.KeepAlive);
    }

    [Theory]
    [InlineData("Content-Type: text/event-stream\r\n", true, false)]
    [InlineData("content-type:Text/Event-Stream; charset=utf-8\r\n", true, false)]
    [InlineData("Content-Type: text/event\r\n", false, false)]
    [InlineData("Content-Type: application/json\r\n", false, false)]
    [InlineData("Content-Encoding: gzip\r\n", false, true)]
    public void What_the_body_is_like_is_read(string fields, bool isEventStream, bool isEncoded)
    {
        ResponseHead head = Parse(fields);
        Assert.Equal((isEventStream, isEncoded), (head.IsEventStream, head.IsEncoded));
    }

    [Fact]
    public void The_field_lines_are_what_stands_between_the_status_and_the_empty_line()
    {
        foreach (string head in Ends)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(head);
            if (!ResponseHead.TryParse(bytes, out ResponseHead read))
                continue;

            string lines = Encoding.Latin1.GetString(bytes.AsSpan(read.Fields));
            Assert.Equal(lines.Length == 0 ? "" : "A: b\nC: d\n", lines.Replace("\r", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Reading_a_head_allocates_nothing() => Assert.Equal(0, Allocations.PerCall(static () =>
    {
        int scanned = 0;
        bool early = ResponseHead.FindEnd(s_head.AsSpan(0, 50), ref scanned) >= 0;
        int end = ResponseHead.FindEnd(s_head, ref scanned);
        bool parsed = ResponseHead.TryParse(s_head.AsSpan(0, end), out ResponseHead head);
        int count = 0;
        ResponseFields fields = new(s_head.AsSpan(head.Fields));
        while (fields.TryTake(out _, out _))
            count++;
        if (early || end != s_head.Length || !parsed || count != 4 || !head.IsChunked || !head.IsEventStream || !head.HasConnectionFields)
            throw new InvalidOperationException("The measured code went wrong.");
    }));

    private static ResponseHead Parse(string fields)
    {
        Assert.True(ResponseHead.TryParse(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}\r\n"), out ResponseHead head));
        return head;
    }

    private static void AssertMalformed(string head) => Assert.False(ResponseHead.TryParse(Encoding.Latin1.GetBytes(head), out _), head);

    private static int FindEnd(byte[] head, int[] ends)
    {
        int scanned = 0;
        int found = -1;
        for (int i = 0; i < ends.Length && found < 0; i++)
            found = ResponseHead.FindEnd(head.AsSpan(0, ends[i]), ref scanned);
        return found;
    }
}

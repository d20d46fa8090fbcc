using System;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class HeadScannerTests
{
    private const string Good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void A_head_ends_behind_its_empty_line()
    {
        Assert.Equal(new Outcome(HeadScan.Complete, 0, Good.Length, 16), Scan(Good));
        Assert.Equal(new Outcome(HeadScan.Complete, 0, 18, 16), Scan("GET / HTTP/1.0\r\n\r\n"));
    }

    [Fact]
    public void What_follows_the_head_is_not_looked_at() =>
        Assert.Equal(new Outcome(HeadScan.Complete, 0, Good.Length, 16), Scan(Good + "\0\n\r\n\r\nGET"));

    [Fact]
    public void Every_proper_prefix_needs_more_bytes()
    {
        for (int length = 0; length < Good.Length; length++)
        {
            Outcome outcome = Scan(Good[..length]);
            Assert.Equal(HeadScan.NeedMoreBytes, outcome.Scan);
            Assert.Equal(0, outcome.End);
            Assert.Equal(length < 16 ? 0 : 16, outcome.FirstLineEnd);
        }
    }

    [Fact]
    public void One_empty_line_before_the_request_line_is_forgiven() =>
        Assert.Equal(new Outcome(HeadScan.Complete, 2, Good.Length + 2, 18), Scan("\r\n" + Good));

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    public void Two_empty_lines_before_the_request_line_are_not(string head) => Assert.Equal(HeadScan.Malformed, Scan(head).Scan);

    [Theory]
    [InlineData("\n")]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n")]
    public void A_bare_line_feed_is_malformed(string head) => Assert.Equal(HeadScan.Malformed, Scan(head).Scan);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n")]
    [InlineData("GET /\r HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\r\n")]
    [InlineData("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void A_carriage_return_inside_a_line_is_malformed(string head) => Assert.Equal(HeadScan.Malformed, Scan(head).Scan);

    [Fact]
    public void Carriage_returns_alone_end_no_line() =>
        Assert.Equal(HeadScan.NeedMoreBytes, Scan("GET / HTTP/1.1\rHost: a\r\r").Scan);

    [Fact]
    public void Control_characters_are_malformed_wherever_they_stand()
    {
        for (int control = 0; control < 0x20; control++)
        {
            if (control is not ('\t' or '\r' or '\n'))
                AssertMalformedWith((char)control);
        }

        AssertMalformedWith('\x7F');
    }

    [Fact]
    public void Tabs_and_bytes_above_ascii_are_allowed_in_fields()
    {
        Assert.Equal(HeadScan.Complete, Scan("GET / HTTP/1.1\r\nHost:\ta\t\r\nX: \u00E9\u0080\u00FF\r\n\r\n").Scan);
    }

    [Fact]
    public void A_broken_line_is_refused_before_the_head_is_whole()
    {
        Assert.Equal(HeadScan.Malformed, Scan("GET / HTTP/1.1\n").Scan);
        Assert.Equal(HeadScan.Malformed, Scan("GET /\0 HTTP/1.1\r\n").Scan);
    }

    [Fact]
    public void A_scanner_that_refused_refuses_again()
    {
        HeadScanner scanner = default;
        byte[] head = Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nA\rb: c\r\n\r\n");
        Assert.Equal(HeadScan.Malformed, scanner.Scan(head));
        Assert.Equal(HeadScan.Malformed, scanner.Scan(head));
    }

    [Fact]
    public void A_long_head_is_found_in_pieces_of_any_size()
    {
        StringBuilder text = new("POST /v1/chat/completions HTTP/1.1\r\n");
        for (int i = 0; i < 1000; i++)
            text.Append("X-Field-").Append(i).Append(": ").Append('v', i % 90).Append("\r\n");

        byte[] head = Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
        for (int seed = 1; seed <= 20; seed++)
            Assert.Equal(new Outcome(HeadScan.Complete, 0, head.Length, 36), Scan(head, Splits.AtRandom(new Random(seed), head.Length)));
    }

    private static void AssertMalformedWith(char control)
    {
        Assert.Equal(HeadScan.Malformed, Scan($"GET /{control} HTTP/1.1\r\nHost: a\r\n\r\n").Scan);
        Assert.Equal(HeadScan.Malformed, Scan($"GET / HTTP/1.1\r\nHo{control}st: a\r\n\r\n").Scan);
        Assert.Equal(HeadScan.Malformed, Scan($"GET / HTTP/1.1\r\nHost: {control}a\r\n\r\n").Scan);
        Assert.Equal(HeadScan.Malformed, Scan($"GET / HTTP/1.1\r\nHost: a{control}\r\n\r\n").Scan);
    }

    private static Outcome Scan(string head) => Splits.SameOutcome(head, Scan);

    private static Outcome Scan(byte[] head, int[] ends)
    {
        HeadScanner scanner = default;
        HeadScan scan = HeadScan.NeedMoreBytes;
        for (int i = 0; i < ends.Length && scan == HeadScan.NeedMoreBytes; i++)
            scan = scanner.Scan(head.AsSpan(0, ends[i]));
        return new Outcome(scan, scanner.Start, scanner.End, scanner.FirstLineEnd);
    }

    private sealed record Outcome(HeadScan Scan, int Start, int End, int FirstLineEnd);
}

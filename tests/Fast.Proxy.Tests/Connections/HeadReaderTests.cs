using System;
using System.Buffers;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Proxy.Faults;
using Fast.Proxy.Tests.Support;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Proxy.Tests.Connections;

public sealed class HeadReaderTests
{
    private const string Head = "\r\nPOST /v1/chat/completions?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nX-Api-Key: k\r\n\r\n";
    private const string Behind = "the body\n";

    private static readonly byte[] s_bytes = Encoding.Latin1.GetBytes(Head + Behind);

    [Fact]
    public void A_head_is_read_at_every_cut_into_two_reads()
    {
        for (int cut = 0; cut <= s_bytes.Length; cut++)
        {
            BufferPool pool = new();
            RequestHead head = new(pool);
            HeadReader reader = new(head, 4096);
            int used = 0;
            Fault? outcome = Take(ref reader, s_bytes.AsMemory(0, cut), ref used);
            Assert.Equal(cut >= Head.Length, outcome is not null);
            outcome ??= Take(ref reader, s_bytes.AsMemory(used), ref used);
            Check(head, outcome, used);
            head.Return();
            Assert.Equal(0, pool.Outstanding);
        }
    }

    [Fact]
    public void A_head_is_read_byte_by_byte()
    {
        RequestHead head = new(new BufferPool());
        HeadReader reader = new(head, 4096);
        int used = 0;
        Fault? outcome = null;
        while (outcome is null)
            outcome = Take(ref reader, s_bytes.AsMemory(used, 1), ref used);
        Check(head, outcome, used);
    }

    [Fact]
    public void A_head_is_read_at_every_cut_into_segments_of_one_read()
    {
        for (int cut = 1; cut < s_bytes.Length; cut++)
        {
            for (int second = cut; second < s_bytes.Length; second += 7)
            {
                RequestHead head = new(new BufferPool());
                HeadReader reader = new(head, 4096);
                ReadOnlySequence<byte> arrived = Segments.Of(s_bytes.AsMemory(0, cut), s_bytes.AsMemory(cut, second - cut), s_bytes.AsMemory(second));
                Fault? outcome = reader.Take(arrived, out SequencePosition consumed);
                Check(head, outcome, (int)arrived.Slice(0, consumed).Length);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_head_beyond_the_limit_is_refused_whatever_the_cuts(int piece)
    {
        const int limit = 1024;
        Assert.Equal(Fault.None, Feed($"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', limit - 32)}\r\n\r\n", limit, piece));
        Assert.Equal(Fault.HeadTooLarge, Feed($"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', limit - 31)}\r\n\r\n", limit, piece));
        Assert.Equal(Fault.TargetTooLong, Feed($"GET /{new string('a', limit)} HTTP/1.1\r\nHost: x\r\n\r\n", limit, piece));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\n\r\n")]
    [InlineData("\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: \0\r\n\r\n")]
    public void A_head_with_other_line_ends_or_control_characters_is_refused_whatever_the_cuts(string text)
    {
        for (int piece = 1; piece <= text.Length; piece++)
            Assert.Equal(Fault.MalformedHead, Feed(text, 1024, piece));
    }

    private static Fault? Feed(string text, int limit, int piece)
    {
        ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
        HeadReader reader = new(new RequestHead(new BufferPool()), limit);
        Fault? outcome = null;
        for (int used = 0; outcome is null && used < bytes.Length;)
            outcome = Take(ref reader, bytes.Slice(used, Math.Min(piece, bytes.Length - used)), ref used);
        return outcome;
    }

    private static Fault? Take(ref HeadReader reader, ReadOnlyMemory<byte> bytes, ref int used)
    {
        ReadOnlySequence<byte> arrived = new(bytes);
        Fault? outcome = reader.Take(arrived, out SequencePosition consumed);
        used += (int)arrived.Slice(0, consumed).Length;
        return outcome;
    }

    private static void Check(RequestHead head, Fault? outcome, int used)
    {
        Assert.Equal(Fault.None, outcome);
        Assert.Equal(Head.Length, used);
        Assert.Equal("/v1/chat/completions", Encoding.Latin1.GetString(head.Path));
        Assert.Equal("?a=b", Encoding.Latin1.GetString(head.Query));
        Assert.Equal(9, head.ContentLength);
        Assert.True(head.TryFind(HeaderId.XApiKey, out ReadOnlySpan<byte> key));
        Assert.Equal("k", Encoding.Latin1.GetString(key));
    }
}

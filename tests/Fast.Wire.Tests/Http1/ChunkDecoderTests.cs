using System;
using System.Globalization;
using System.Text;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class ChunkDecoderTests
{
    private const string Good = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n";

    public static TheoryData<int> Seeds => [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597];

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("000\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("00005\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n", "abc")]
    [InlineData("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    [InlineData("5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n")]
    public void Payload_is_taken_out_of_its_frames(string body, string payload) =>
        Assert.Equal(new Outcome(ChunkStep.End, payload, body.Length), Decode(body));

    [Theory]
    [InlineData("5;a\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=b;c=d\r\nhello\r\n0;last\r\n\r\n")]
    [InlineData("5;a=\"q;\\\"\t\u00E9\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 ;a=b\r\nhello\r\n0\t;x\r\n\r\n")]
    [InlineData("5 \t ; a = b\r\nhello\r\n0\r\n\r\n")]
    public void Extensions_are_read_and_ignored(string body) =>
        Assert.Equal(new Outcome(ChunkStep.End, "hello", body.Length), Decode(body));

    [Theory]
    [InlineData("0\r\nX: y\r\n\r\n")]
    [InlineData("0\r\nX: y\r\nZ:\r\n\r\n")]
    [InlineData("0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void Trailers_are_read_and_ignored(string body) =>
        Assert.Equal(new Outcome(ChunkStep.End, "", body.Length), Decode(body));

    [Fact]
    public void What_follows_the_body_is_left_in_the_input() =>
        Assert.Equal(new Outcome(ChunkStep.End, "hello world", Good.Length), Decode(Good + "5\r\nGET / HTTP/1.1\r\n"));

    [Fact]
    public void Every_proper_prefix_needs_more_bytes()
    {
        for (int length = 0; length < Good.Length; length++)
        {
            Outcome outcome = Decode(Good[..length]);
            Assert.Equal(ChunkStep.NeedMoreBytes, outcome.Last);
            Assert.StartsWith(outcome.Payload, "hello world", StringComparison.Ordinal);
            Assert.Equal(length, outcome.Consumed);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(";a\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-0\r\n\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5h\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5_0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5,5\r\nhello\r\n0\r\n\r\n")]
    public void A_size_that_is_not_plain_hex_is_malformed(string body) => Assert.Equal(ChunkStep.Malformed, Decode(body).Last);

    [Theory]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\rhello\r\n0\r\n\r\n")]
    [InlineData("5\r\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    [InlineData("5\r\nhello!\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n\r\n0\r\n\r\n")]
    [InlineData("0\n\n")]
    [InlineData("0\r\n\n")]
    [InlineData("0\r\n\r\r\n")]
    [InlineData("0\r\nX: y\n\r\n")]
    [InlineData("0\r\nX: y\rZ: z\r\n\r\n")]
    [InlineData("0\r\nX: y\r\n\n")]
    public void Lines_end_in_both_bytes_and_nothing_else(string body) => Assert.Equal(ChunkStep.Malformed, Decode(body).Last);

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x08)]
    [InlineData(0x1F)]
    [InlineData(0x7F)]
    public void Control_characters_in_extensions_are_malformed(int control) =>
        Assert.Equal(ChunkStep.Malformed, Decode($"5;a{(char)control}\r\nhello\r\n0\r\n\r\n").Last);

    [Theory]
    [InlineData("1000000000000000\r\n")]
    [InlineData("7fffffffffffffff\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("ffffffffffffffffffffffffffffffff\r\n")]
    [InlineData("100000000000000000000000000000005\r\nhello\r\n0\r\n\r\n")]
    public void A_size_that_could_overflow_is_malformed(string body)
    {
        Outcome outcome = Decode(body);
        Assert.Equal(ChunkStep.Malformed, outcome.Last);
        Assert.Equal("", outcome.Payload);
    }

    [Fact]
    public void The_largest_size_is_taken_and_waits_for_its_payload() =>
        Assert.Equal(new Outcome(ChunkStep.NeedMoreBytes, "hello", 22), Decode("fffffffffffffff\r\nhello"));

    [Fact]
    public void A_size_line_may_be_as_long_as_its_limit_and_no_longer()
    {
        string ext = new('x', ChunkDecoder.SizeLineBytesMax - "5;\r\n".Length);
        Assert.Equal(ChunkStep.End, Decode($"5;{ext}\r\nhello\r\n5;{ext}\r\nhello\r\n0\r\n\r\n").Last);
        Assert.Equal(ChunkStep.Malformed, Decode($"5;{ext}x\r\nhello\r\n0\r\n\r\n").Last);
        Assert.Equal(ChunkStep.Malformed, Decode($"5{new string(' ', ChunkDecoder.SizeLineBytesMax)};\r\n").Last);
    }

    [Fact]
    public void Trailers_may_be_as_long_as_their_limit_and_no_longer()
    {
        string value = new('x', ChunkDecoder.TrailerBytesMax - "X:\r\n\r\n".Length);
        int[] whole = [ChunkDecoder.TrailerBytesMax + 3];
        Assert.Equal(ChunkStep.End, Decode(Encoding.Latin1.GetBytes($"0\r\nX:{value}\r\n\r\n"), whole).Last);
        Assert.Equal(ChunkStep.Malformed, Decode(Encoding.Latin1.GetBytes($"0\r\nX:{value}x\r\n\r\n"), [whole[0] + 1]).Last);
    }

    [Fact]
    public void Broken_stays_broken_and_ended_stays_ended()
    {
        ChunkDecoder decoder = default;
        ReadOnlySpan<byte> input = "g0\r\n\r\n"u8;
        Assert.Equal(ChunkStep.Malformed, decoder.Step(ref input, out _));
        Assert.Equal(ChunkStep.Malformed, decoder.Step(ref input, out _));

        decoder = default;
        input = "0\r\n\r\n0\r\n\r\n"u8;
        Assert.Equal(ChunkStep.End, decoder.Step(ref input, out _));
        Assert.Equal(ChunkStep.End, decoder.Step(ref input, out _));
        Assert.Equal(5, input.Length);
    }

    [Fact]
    public void Many_small_chunks_are_one_body()
    {
        StringBuilder body = new();
        for (int i = 0; i < 10_000; i++)
            body.Append(CultureInfo.InvariantCulture, $"1\r\n{(char)('a' + (i % 26))}\r\n");

        byte[] bytes = Encoding.Latin1.GetBytes(body.Append("0\r\n\r\n").ToString());
        Outcome outcome = Decode(bytes, [bytes.Length]);
        Assert.Equal(ChunkStep.End, outcome.Last);
        Assert.Equal(10_000, outcome.Payload.Length);
        Assert.StartsWith("abcdefghijklmnopqrstuvwxyzabc", outcome.Payload, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_chunking_of_any_payload_cut_anywhere_is_read_back(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 20; round++)
        {
            string payload = RandomText(random, random.Next(5000));
            StringBuilder body = new();
            for (int at = 0, take; at < payload.Length; at += take)
            {
                take = Math.Min(payload.Length - at, 1 + random.Next(random.Next(1, 2000)));
                string size = take.ToString(random.Next(2) == 0 ? "x" : "X", CultureInfo.InvariantCulture);
                body.Append('0', random.Next(4)).Append(size).Append(random.Next(3) == 0 ? " ;e=\"1\"" : "");
                body.Append("\r\n").Append(payload, at, take).Append("\r\n");
            }

            body.Append("0\r\n");
            for (int i = random.Next(3); i > 0; i--)
                body.Append("T: v\r\n");

            byte[] bytes = Encoding.Latin1.GetBytes(body.Append("\r\n").ToString());
            Outcome expected = new(ChunkStep.End, payload, bytes.Length);
            Assert.Equal(expected, Decode(bytes, [bytes.Length]));
            Assert.Equal(expected, Decode(bytes, Splits.AtRandom(random, bytes.Length)));
        }
    }

    private static string RandomText(Random random, int length) =>
        string.Create(length, random, static (text, random) =>
        {
            // Mostly the bytes that frames are made of, so that payload looks like them.
            for (int i = 0; i < text.Length; i++)
                text[i] = random.Next(4) == 0 ? (char)random.Next(256) : "\r\n0159af;"[random.Next(9)];
        });

    private static Outcome Decode(string body) => Splits.SameOutcome(body, Decode);

    private static Outcome Decode(byte[] body, int[] ends)
    {
        ChunkDecoder decoder = default;
        StringBuilder taken = new();
        int begin = 0;
        foreach (int end in ends)
        {
            ReadOnlySpan<byte> input = body.AsSpan(begin, end - begin);
            ChunkStep step;
            while ((step = decoder.Step(ref input, out ReadOnlySpan<byte> payload)) == ChunkStep.Payload)
                taken.Append(Encoding.Latin1.GetString(payload));
            if (step != ChunkStep.NeedMoreBytes)
                return new Outcome(step, taken.ToString(), end - input.Length);

            Assert.True(input.IsEmpty, "What is not consumed is lost between two reads.");
            begin = end;
        }

        return new Outcome(ChunkStep.NeedMoreBytes, taken.ToString(), begin);
    }

    private sealed record Outcome(ChunkStep Last, string Payload, int Consumed);
}

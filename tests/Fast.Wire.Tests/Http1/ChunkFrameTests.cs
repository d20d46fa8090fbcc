using System;
using Fast.Wire.Http1;
using Xunit;

namespace Fast.Wire.Tests.Http1;

public sealed class ChunkFrameTests
{
    private const int AroundBytes = ChunkFrame.PrefixBytes + ChunkFrame.SuffixBytes;

    [Fact]
    public void A_frame_stands_around_its_payload()
    {
        byte[] window = "......hello..rest"u8.ToArray();
        Assert.Equal(13, ChunkFrame.Close(window, 5));
        Assert.Equal("0005\r\nhello\r\nrest"u8, window);
    }

    [Fact]
    public void Every_size_that_a_frame_can_announce_is_read_back()
    {
        byte[] window = new byte[ChunkFrame.PayloadBytesMax + AroundBytes];
        for (int size = 1; size <= ChunkFrame.PayloadBytesMax; size++)
        {
            window[ChunkFrame.PrefixBytes + size - 1] = (byte)size;
            ReadOnlySpan<byte> chunk = window.AsSpan(0, ChunkFrame.Close(window, size));
            ReadOnlySpan<byte> rest = chunk;
            ChunkDecoder decoder = default;

            Assert.Equal(ChunkStep.Payload, decoder.Step(ref rest, out ReadOnlySpan<byte> payload));
            Assert.True(payload == chunk.Slice(ChunkFrame.PrefixBytes, size), $"Size {size} gave other payload.");
            Assert.Equal(ChunkStep.NeedMoreBytes, decoder.Step(ref rest, out _));

            rest = ChunkFrame.Last;
            Assert.Equal(ChunkStep.End, decoder.Step(ref rest, out _));
            Assert.Equal((byte)size, payload[^1]);
        }
    }

    [Fact]
    public void The_largest_size_is_the_one_that_four_digits_hold()
    {
        byte[] window = new byte[ChunkFrame.PayloadBytesMax + AroundBytes];
        Assert.Equal(window.Length, ChunkFrame.Close(window, ChunkFrame.PayloadBytesMax));
        Assert.Equal("ffff\r\n"u8, window.AsSpan(0, ChunkFrame.PrefixBytes));
    }

    [Fact]
    public void The_last_chunk_ends_a_body()
    {
        ChunkDecoder decoder = default;
        ReadOnlySpan<byte> input = ChunkFrame.Last;
        Assert.Equal(ChunkStep.End, decoder.Step(ref input, out _));
        Assert.True(input.IsEmpty);
    }
}

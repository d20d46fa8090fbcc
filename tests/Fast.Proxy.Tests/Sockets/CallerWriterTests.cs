using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>What is written to a caller, as to any pipe.</summary>
public sealed class CallerWriterTests
{
    private readonly BufferPool _buffers = new();

    [Fact]
    public async Task What_is_written_goes_out_with_a_flush_and_not_before()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        writer.Write("hello "u8);
        writer.Write("world"u8);
        Assert.True(writer.CanGetUnflushedBytes);
        Assert.Equal((11, 0, 1), (writer.UnflushedBytes, pair.Peer.Available, _buffers.Outstanding));
        ValueTask<FlushResult> flush = writer.FlushAsync();
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal((0, 0), (writer.UnflushedBytes, _buffers.Outstanding));
        Assert.Equal("hello world"u8.ToArray(), await TakeAsync(pair.Peer, 11));
        Assert.False((await writer.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task Memory_is_at_least_as_large_as_asked_for_and_keeps_what_is_written()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        byte[] all = new byte[200_000];
        new Random(1).NextBytes(all);
        for (int at = 0, piece = 1; at < all.Length; at += piece, piece = Math.Min(piece * 3, all.Length - at))
        {
            Memory<byte> memory = writer.GetMemory(piece);
            Assert.InRange(memory.Length, piece, int.MaxValue);
            all.AsMemory(at, piece).CopyTo(memory);

            // Asked for anew without a word: what was not handed over is not kept, and what was is.
            all.AsSpan(at, piece).CopyTo(writer.GetSpan(piece));
            writer.Advance(piece);
            Assert.Equal(1, _buffers.Outstanding);
        }

        Task<FlushResult> flush = writer.FlushAsync().AsTask();
        Assert.Equal(all, await TakeAsync(pair.Peer, all.Length));
        Assert.False((await flush.SoonAsync()).IsCompleted);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task Nobody_hands_over_more_than_there_is_room_for()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        int room = writer.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
        writer.Complete();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task A_flush_waits_for_a_caller_that_does_not_read_and_ends_when_it_does()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        byte[] all = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(all);
        writer.Write(all);
        Task<FlushResult> flush = writer.FlushAsync().AsTask();
        Assert.False(flush.IsCompleted);
        Assert.Equal(all, await TakeAsync(pair.Peer, all.Length));
        Assert.False((await flush.SoonAsync()).IsCompleted);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_to_a_caller_that_is_gone_says_so_and_throws_nothing(bool isBrokenHere)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        await pair.FillAsync();
        writer.Write("hello"u8);
        Task<FlushResult> flush = writer.FlushAsync().AsTask();
        Assert.False(flush.IsCompleted);
        if (isBrokenHere)
            pair.Ours.Break();
        else
            pair.Reset();
        Assert.True((await flush.SoonAsync()).IsCompleted);

        // Again, and with nothing to say.
        writer.Write("hello"u8);
        Assert.True((await writer.FlushAsync()).IsCompleted);
        Assert.True((await writer.FlushAsync()).IsCompleted);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_goes_out_as_far_as_the_kernel_takes_it()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerWriter writer = new(pair.Ours, _buffers);
        writer.Write("hello"u8);
        writer.FlushWithoutWait();
        Assert.Equal("hello"u8.ToArray(), await TakeAsync(pair.Peer, 5));
        await pair.FillAsync();
        writer.Write("lost"u8);
        writer.FlushWithoutWait();
        Assert.Equal((0, 0), (writer.UnflushedBytes, _buffers.Outstanding));
    }

    private static async Task<byte[]> TakeAsync(Socket peer, int count)
    {
        byte[] all = new byte[count];
        for (int at = 0; at < count;)
            at += await peer.ReceiveAsync(all.AsMemory(at)).SoonAsync();
        return all;
    }
}

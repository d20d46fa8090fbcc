using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>What a caller sends, read as any pipe is.</summary>
public sealed class CallerReaderTests
{
    private readonly BufferPool _buffers = new();

    [Fact]
    public async Task What_is_not_consumed_comes_again_with_what_came_since()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        pair.Say("hello");
        ReadResult read = await ReadAsync(reader);
        Assert.Equal("hello", Text(read));
        reader.AdvanceTo(read.Buffer.GetPosition(2), read.Buffer.End);

        // All of it was looked at: there is nothing new to look at before something comes.
        Task<ReadResult> reading = ReadAsync(reader);
        Assert.False(reading.IsCompleted);
        pair.Say("world");
        read = await reading;
        Assert.Equal("lloworld", Text(read));

        // Not all of it was looked at.
        reader.AdvanceTo(read.Buffer.GetPosition(3), read.Buffer.GetPosition(4));
        read = await ReadAsync(reader);
        Assert.Equal("world", Text(read));
        Assert.False(reader.IsEmpty);
        reader.AdvanceTo(read.Buffer.End);
        Assert.True(reader.IsEmpty);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task While_nothing_is_there_no_buffer_is_held()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        Assert.False(reader.TryRead(out _));
        Assert.Equal(0, _buffers.Outstanding);
        Task<ReadResult> reading = ReadAsync(reader);
        Assert.Equal((false, 0), (reading.IsCompleted, _buffers.Outstanding));
        pair.Say("hello");
        ReadResult read = await reading;
        Assert.Equal(1, _buffers.Outstanding);
        reader.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task A_buffer_grows_where_nothing_is_consumed_and_is_given_back_whole()
    {
        const int length = 300_000;
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        byte[] all = new byte[length];
        new Random(1).NextBytes(all);
        Task sending = pair.Peer.SendAsync(all);
        ReadResult read;
        while ((read = await ReadAsync(reader)).Buffer.Length < length)
        {
            Assert.Equal(1, _buffers.Outstanding);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await sending;
        Assert.True(all.AsSpan().SequenceEqual(read.Buffer.FirstSpan));
        reader.Complete();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task An_end_comes_behind_what_is_left_and_stays()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        pair.Say("hello");
        ReadResult read = await ReadAsync(reader);
        reader.AdvanceTo(read.Buffer.GetPosition(2), read.Buffer.End);
        pair.Peer.Shutdown(SocketShutdown.Send);
        for (int i = 0; i < 3; i++)
        {
            read = await ReadAsync(reader);
            Assert.Equal(("llo", true, false), (Text(read), read.IsCompleted, read.IsCanceled));
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        Assert.True(reader.TryRead(out read));
        reader.AdvanceTo(read.Buffer.End);
        read = await ReadAsync(reader);
        Assert.True(read.Buffer.IsEmpty && read.IsCompleted);
        reader.AdvanceTo(read.Buffer.End);
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_is_thrown_and_leaves_no_buffer(bool isWaitedFor)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        Task<ReadResult>? reading = isWaitedFor ? ReadAsync(reader) : null;
        pair.Reset();
        await Assert.ThrowsAsync<IOException>(() => reading ?? ReadAsync(reader));
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "held")]
    [InlineData(false, "held")]
    public async Task A_read_that_is_cancelled_says_so_once_and_shows_what_is_held(bool isBefore, string held)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        if (held.Length > 0)
        {
            pair.Say(held);
            ReadResult first = await ReadAsync(reader);
            reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        }

        if (isBefore)
            reader.CancelPendingRead();
        Task<ReadResult> reading = ReadAsync(reader);
        if (!isBefore)
            reader.CancelPendingRead();
        ReadResult read = await reading;
        Assert.Equal((held, false, true), (Text(read), read.IsCompleted, read.IsCanceled));
        reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        reading = ReadAsync(reader);
        Assert.False(reading.IsCompleted);
        pair.Say("more");
        read = await reading;
        Assert.Equal((held + "more", false), (Text(read), read.IsCanceled));
        reader.Complete();
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public async Task A_read_whose_token_is_cancelled_is_given_up()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        CallerReader reader = new(pair.Ours, _buffers);
        using CancellationTokenSource stopped = new();
        Task<ReadResult> reading = reader.ReadAsync(stopped.Token).AsTask();
        stopped.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.SoonAsync());
        pair.Say("hello");
        Assert.Equal("hello", Text(await ReadAsync(reader)));
    }

    private static Task<ReadResult> ReadAsync(CallerReader reader) => reader.ReadAsync().SoonAsync();

    private static string Text(in ReadResult read) => Encoding.Latin1.GetString(read.Buffer.ToArray());
}

using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>A socket of ours, whose peer does everything that peers do.</summary>
public sealed class PolledSocketTests
{
    private readonly byte[] _window = new byte[1024];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_sent_is_received_whether_it_is_waited_for_or_there_before(bool isThere)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        for (int round = 0; round < 100; round++)
        {
            if (isThere)
                pair.Say("hello");
            ValueTask<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None);
            if (!isThere)
                pair.Say("hello");
            Assert.Equal("hello", Text(await receiving.SoonAsync()));
        }
    }

    [Fact]
    public async Task A_receive_that_was_begun_may_be_awaited_late()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        ValueTask<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None);
        pair.Say("hello");
        await pair.TakenAsync(Task.Delay(Timeout.Infinite));
        pair.Say("more");
        Assert.Equal("hello", Text(await receiving.SoonAsync()));
        Assert.Equal("more", Text(await ReceiveAsync(pair)));
    }

    [Fact]
    public async Task An_end_is_told_behind_what_was_sent_before_it_and_as_often_as_asked()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        ValueTask<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None);
        pair.Say("hello");
        pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello", Text(await receiving.SoonAsync()));
        Assert.Equal(0, await ReceiveAsync(pair));
        Assert.Equal(0, await ReceiveAsync(pair));
        Assert.False(pair.Ours.IsQuiet);

        // The other direction is as it was.
        Assert.Equal(5, await pair.Ours.SendAsync(Encoding.Latin1.GetBytes("world"), CancellationToken.None).SoonAsync());
        Assert.Equal(5, await pair.Peer.ReceiveAsync(_window));
    }

    [Fact]
    public async Task A_reset_ends_a_wait_with_its_error()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        ValueTask<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None);
        pair.Reset();
        await Assert.ThrowsAsync<IOException>(() => receiving.SoonAsync());
    }

    /// <summary>The kernel tells of it once; whoever asks again hears of an end in order, and would take half an answer for a whole one.</summary>
    [Fact]
    public async Task A_reset_that_nobody_waited_for_is_no_end_in_order()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        pair.Say("hello");
        Assert.Equal("hello", Text(await ReceiveAsync(pair)));
        pair.Reset();
        Assert.Equal(0, await pair.Ours.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).SoonAsync());
        Assert.True(pair.Ours.MayReceive);
        await Assert.ThrowsAsync<IOException>(() => ReceiveAsync(pair));
    }

    [Fact]
    public async Task A_wait_without_memory_ends_when_there_is_something_and_takes_nothing()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        ValueTask<int> waiting = pair.Ours.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        pair.Say("hello");
        Assert.Equal(0, await waiting.SoonAsync());
        Assert.False(pair.Ours.IsQuiet);
        Assert.Equal("hello", Text(await ReceiveAsync(pair)));
        Assert.True(pair.Ours.IsQuiet);
    }

    /// <summary>A receive stops before a byte that is urgent: less than asked for does not mean that there is no more.</summary>
    [Fact]
    public async Task What_stands_behind_an_urgent_byte_is_received()
    {
        for (int round = 0; round < 50; round++)
        {
            using SocketPair pair = await SocketPair.OpenAsync();
            pair.Say("hello");
            pair.Peer.Send("!"u8, SocketFlags.OutOfBand);
            pair.Say("world");
            Assert.Equal(0, await pair.Ours.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).SoonAsync());
            string all = "";
            while (all.Length < 10)
                all += Text(await ReceiveAsync(pair));
            Assert.Equal("helloworld", all);
        }
    }

    [Fact]
    public async Task A_wait_that_is_given_up_takes_nothing_and_another_goes_on()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        for (int round = 0; round < 100; round++)
        {
            using CancellationTokenSource stopped = new();
            ValueTask<int> receiving = pair.Ours.ReceiveAsync(_window, stopped.Token);
            Assert.False(receiving.IsCompleted);
            stopped.Cancel();
            Assert.Equal(stopped.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving.SoonAsync())).CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Ours.ReceiveAsync(_window, stopped.Token).SoonAsync());
            pair.Say("hello");
            Assert.Equal("hello", Text(await ReceiveAsync(pair)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupt_ends_the_wait_that_is_under_way_or_the_next_one(bool isBefore)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        if (isBefore)
            pair.Ours.InterruptReceive();
        Task<int> receiving = ReceiveAsync(pair);
        if (!isBefore)
            pair.Ours.InterruptReceive();
        Assert.Equal(0, await receiving);
        Assert.True(pair.Ours.TakeInterrupt());
        Assert.False(pair.Ours.TakeInterrupt());
        receiving = ReceiveAsync(pair);
        Assert.False(receiving.IsCompleted);
        pair.Say("hello");
        Assert.Equal("hello", Text(await receiving));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_a_socket_that_is_closed_here_is_told(bool isBroken)
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        await pair.FillAsync();
        Task<int> receiving = pair.Ours.ReceiveAsync(_window, CancellationToken.None).SoonAsync();
        Task<int> sending = pair.Ours.SendAsync(_window, CancellationToken.None).SoonAsync();
        Assert.False(receiving.IsCompleted || sending.IsCompleted);
        if (isBroken)
            pair.Ours.Break();
        else
            pair.Ours.Dispose();
        await Assert.ThrowsAsync<IOException>(() => receiving);
        await Assert.ThrowsAsync<IOException>(() => sending);
        await Assert.ThrowsAsync<IOException>(() => ReceiveAsync(pair));
        await Assert.ThrowsAsync<IOException>(() => pair.Ours.SendAsync(_window, CancellationToken.None).SoonAsync());
        Assert.Equal((true, false), (pair.Ours.IsClosed, pair.Ours.IsQuiet));
        pair.Ours.Dispose();
        Assert.Equal(isBroken, await IsResetAsync(pair.Peer));
    }

    [Fact]
    public async Task All_bytes_reach_a_peer_that_is_slow_to_read_in_order()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        byte[] all = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(all);
        Task sending = SendAllAsync(pair.Ours, all);
        Assert.False(sending.IsCompleted);
        byte[] received = new byte[all.Length];
        for (int at = 0; at < all.Length;)
            at += await pair.Peer.ReceiveAsync(received.AsMemory(at, Math.Min(10_000, all.Length - at))).SoonAsync();
        await sending.SoonAsync();
        Assert.True(all.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task A_peer_that_leaves_while_it_is_sent_to_ends_the_wait()
    {
        using SocketPair pair = await SocketPair.OpenAsync();
        await pair.FillAsync();
        ValueTask<int> sending = pair.Ours.SendAsync(_window, CancellationToken.None);
        pair.Reset();
        await Assert.ThrowsAsync<IOException>(() => sending.SoonAsync());
    }

    [Fact]
    public async Task A_connection_that_is_refused_says_so()
    {
        IPEndPoint nobody;
        using (Socket listener = SocketPair.Listen())
            nobody = (IPEndPoint)listener.LocalEndPoint!;
        IOException refused = await Assert.ThrowsAsync<IOException>(() => PolledSocket.ConnectAsync(nobody, CancellationToken.None).SoonAsync());
        Assert.Contains("refused", refused.Message);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_can_be_given_up()
    {
        using Socket listener = SocketPair.Listen(backlog: 0);
        using CancellationTokenSource stopped = new();

        // Nobody accepts: the first ones wait at the door, and the others before it.
        Task<PolledSocket>[] connecting = new Task<PolledSocket>[8];
        for (int i = 0; i < connecting.Length; i++)
            connecting[i] = PolledSocket.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, stopped.Token);
        stopped.Cancel();
        int given = 0;
        foreach (Task<PolledSocket> one in connecting)
        {
            try
            {
                (await one.SoonAsync()).Dispose();
            }
            catch (OperationCanceledException)
            {
                given++;
            }
        }

        Assert.InRange(given, 1, connecting.Length);
    }

    private static async Task SendAllAsync(PolledSocket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, CancellationToken.None)..];
    }

    private static async Task<bool> IsResetAsync(Socket peer)
    {
        byte[] window = new byte[64 * 1024];
        try
        {
            while (await peer.ReceiveAsync(window).SoonAsync() > 0)
            {
            }

            return false;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    private Task<int> ReceiveAsync(SocketPair pair) => pair.Ours.ReceiveAsync(_window, CancellationToken.None).SoonAsync();

    private string Text(int length) => Encoding.Latin1.GetString(_window, 0, length);
}

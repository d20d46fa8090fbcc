using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Sockets;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>Many threads at once on many sockets: nothing is lost, nothing comes twice or to somebody else, and every wait ends.</summary>
public sealed class SocketStormTests
{
    private const int AtOnce = 12;

    /// <summary>Each word is its own number, so that whoever receives knows what has to come next.</summary>
    private const int Words = 100_000;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task No_byte_is_lost_or_comes_twice_whoever_gives_up_or_interrupts(bool cancels, bool interrupts)
    {
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(seed => Task.Run(async () =>
        {
            using SocketPair pair = await SocketPair.OpenAsync();
            using Disturber disturber = new(pair.Ours, cancels, interrupts, seed);
            Task sending = SendAsync(pair.Peer, seed);
            await ReceiveAsync(pair.Ours, disturber, seed);
            await sending;
        }))).SoonAsync();
    }

    /// <summary>File numbers are used again at once. Every connection has a mark, of which all that is sent on it consists.</summary>
    [Fact]
    public async Task No_byte_ever_reaches_another_connection()
    {
        const int connectionsOfEach = 300;
        using Socket listener = SocketPair.Listen();
        using CancellationTokenSource over = new();
        Task echoing = EchoAsync(listener, over.Token);
        long moved = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            for (int i = 0; i < connectionsOfEach; i++)
                Interlocked.Add(ref moved, await TalkAsync((IPEndPoint)listener.LocalEndPoint!, (uint)((seed * connectionsOfEach) + i + 1) * 2_654_435_761, random.Next()));
        }))).SoonAsync();
        over.Cancel();
        await echoing;
        Assert.InRange(moved, connectionsOfEach * AtOnce, long.MaxValue);
    }

    private static async Task SendAsync(Socket peer, int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[Words * sizeof(uint)];
        for (int i = 0; i < Words; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), (uint)i);
        for (int at = 0; at < bytes.Length;)
        {
            at += await peer.SendAsync(bytes.AsMemory(at, Math.Min(random.Next(1, 2000), bytes.Length - at)));
            if (random.Next(4) == 0)
                await Task.Yield();
        }
    }

    private static async Task ReceiveAsync(PolledSocket ours, Disturber disturber, int seed)
    {
        Random random = new(seed);
        byte[] all = new byte[Words * sizeof(uint)];
        for (int at = 0; at < all.Length;)
        {
            // Without memory, with little and with more than comes at once.
            int room = random.Next(3) * random.Next(3000);
            Memory<byte> target = all.AsMemory(at, Math.Min(room, all.Length - at));
            try
            {
                int received = await ours.ReceiveAsync(target, disturber.Stopped);
                if (received == 0 && !ours.TakeInterrupt() && !target.IsEmpty)
                    throw new InvalidOperationException("An end that is none.");
                at += received;
            }
            catch (OperationCanceledException)
            {
                disturber.Renew();
            }
        }

        for (int i = 0; i < Words; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(i * sizeof(uint))) != i)
                Assert.Fail($"Something else than word {i} stands in its place.");
        }
    }

    /// <summary>Sends its mark, checks what comes back, and closes in the middle of both.</summary>
    private static async Task<long> TalkAsync(IPEndPoint place, uint mark, int seed)
    {
        Random random = new(seed);
        PolledSocket socket = await PolledSocket.ConnectAsync(place, CancellationToken.None);
        Task sending = SendMarksAsync(socket, mark);
        byte[] window = new byte[4096];
        long moved = 0;
        int left = random.Next(1, 64 * 1024);
        while (moved < left)
        {
            int received = await socket.ReceiveAsync(window, CancellationToken.None);
            if (received == 0)
                throw new InvalidOperationException("The other side has seen a mark that is not this connection's.");
            Check(window.AsSpan(0, received), moved, mark);
            moved += received;
        }

        // Another thread waits to send, or sends, at this moment.
        if (random.Next(2) == 0)
            socket.Break();
        else
            socket.Dispose();
        await sending;
        return moved;
    }

    private static async Task SendMarksAsync(PolledSocket socket, uint mark)
    {
        byte[] bytes = new byte[16 * 1024];
        MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()).Fill(mark);
        await Task.Yield();
        try
        {
            for (int at = 0; ; at &= bytes.Length - 1)
                at += await socket.SendAsync(bytes.AsMemory(at), CancellationToken.None);
        }
        catch (IOException)
        {
            // It was closed: the talk is over.
        }
    }

    private static async Task EchoAsync(Socket listener, CancellationToken over)
    {
        List<Task> echoes = [];
        try
        {
            while (true)
            {
                Socket peer = await listener.AcceptAsync(over);
                echoes.Add(Task.Run(() => EchoAsync(peer), CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(echoes).WaitAsync(SocketPair.WaitMax, CancellationToken.None);
        }
    }

    /// <summary>Sends back what comes, and hangs up where the mark changes.</summary>
    private static async Task EchoAsync(Socket peer)
    {
        using Socket closed = peer;
        byte[] window = new byte[4096];
        long moved = 0;
        byte[] mark = new byte[sizeof(uint)];
        try
        {
            while (moved < sizeof(uint))
            {
                int received = await peer.ReceiveAsync(mark.AsMemory((int)moved));
                if (received == 0)
                    return;
                moved += received;
            }

            await peer.SendAsync(mark);
            while (await peer.ReceiveAsync(window) is > 0 and int received)
            {
                Check(window.AsSpan(0, received), moved, BitConverter.ToUInt32(mark));
                moved += received;
                for (int at = 0; at < received;)
                    at += await peer.SendAsync(window.AsMemory(at, received - at));
            }
        }
        catch (SocketException)
        {
            // Broken off in the middle, as half of them are.
        }
    }

    private static void Check(ReadOnlySpan<byte> bytes, long at, uint mark)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != (byte)(mark >> (int)((at + i) % sizeof(uint) * 8)))
                throw new InvalidOperationException("A byte of another connection's.");
        }
    }

    /// <summary>Gives up and interrupts what waits on a socket, from a thread of its own, as fast as it can.</summary>
    private sealed class Disturber : IDisposable
    {
        private readonly Thread _thread;
        private volatile CancellationTokenSource _stopped = new();
        private volatile bool _isOver;

        public Disturber(PolledSocket socket, bool cancels, bool interrupts, int seed)
        {
            _thread = new Thread(() =>
            {
                Random random = new(seed);
                while (!_isOver)
                {
                    if (cancels)
                        _stopped.Cancel();
                    if (interrupts)
                        socket.InterruptReceive();
                    Thread.SpinWait(random.Next(2000));
                    Thread.Yield();
                }
            });
            _thread.Start();
        }

        public CancellationToken Stopped => _stopped.Token;

        public void Renew() => _stopped = new CancellationTokenSource();

        public void Dispose()
        {
            _isOver = true;
            if (Thread.CurrentThread != _thread)
                _thread.Join();
        }
    }
}

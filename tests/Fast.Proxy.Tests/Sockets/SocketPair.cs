using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Sockets;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>
/// Waits of tests. What they wait for ends on a polling thread, and a test that went on there, with whatever its runner does next, would keep
/// that thread from everybody's sockets.
/// </summary>
internal static class Waits
{
    public static async Task<T> SoonAsync<T>(this Task<T> work)
    {
        try
        {
            return await work.WaitAsync(SocketPair.WaitMax);
        }
        finally
        {
            await Task.Yield();
        }
    }

    public static Task<T> SoonAsync<T>(this ValueTask<T> work) => work.AsTask().SoonAsync();

    public static async Task SoonAsync(this Task work)
    {
        try
        {
            await work.WaitAsync(SocketPair.WaitMax);
        }
        finally
        {
            await Task.Yield();
        }
    }
}

/// <summary>A connection with one of our sockets at one end, and one of the framework's, which says what the test tells it, at the other.</summary>
internal sealed class SocketPair : IDisposable
{
    /// <summary>No wait of a test is longer.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private SocketPair(PolledSocket ours, Socket peer)
    {
        Ours = ours;
        Peer = peer;
        Peer.NoDelay = true;
    }

    public PolledSocket Ours { get; }

    public Socket Peer { get; }

    public static async Task<SocketPair> OpenAsync()
    {
        using Socket listener = Listen();
        Task<Socket> accepting = listener.AcceptAsync();
        PolledSocket ours = await PolledSocket.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, CancellationToken.None).SoonAsync();
        return new SocketPair(ours, await accepting.SoonAsync());
    }

    /// <summary>A listener of the framework's whose connections have small buffers: what nobody reads soon stands still.</summary>
    public static Socket Listen(int backlog = 512)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 32 * 1024 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    public void Say(string text) => Peer.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Waits until everything that was said has been received, or nobody will receive it because the work is done.</summary>
    public async Task TakenAsync(Task work)
    {
        long start = Environment.TickCount64;
        while (!Ours.IsQuiet && !work.IsCompleted)
        {
            await Task.Yield();
            if (Environment.TickCount64 - start > WaitMax.TotalMilliseconds)
                throw new TimeoutException("What was said is not received.");
        }
    }

    /// <summary>Fills the kernel's buffers until it takes no more. What it moves from one end to the other makes room again for a while.</summary>
    public async Task FillAsync()
    {
        const int roundsWithoutRoom = 30;
        byte[] bytes = new byte[64 * 1024];
        for (int round = 0; round < roundsWithoutRoom; round++)
        {
            while (Ours.Send(bytes) > 0 || Ours.Send(bytes.AsSpan(0, 1)) > 0)
                round = 0;
            await Task.Delay(5);
        }
    }

    /// <summary>Breaks the connection off at the peer's end.</summary>
    public void Reset()
    {
        Peer.LingerState = new LingerOption(true, 0);
        Peer.Dispose();
    }

    public void Dispose()
    {
        Ours.Dispose();
        Peer.Dispose();
    }
}

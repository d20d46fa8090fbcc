using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Sockets;

namespace Fast.Proxy.Tests.Sockets;

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
        PolledSocket ours = await PolledSocket.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, CancellationToken.None).WaitAsync(WaitMax);
        return new SocketPair(ours, await accepting.WaitAsync(WaitMax));
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

    /// <summary>Fills the kernel's buffers until it takes no more.</summary>
    public void Fill()
    {
        byte[] bytes = new byte[64 * 1024];
        while (Ours.Send(bytes) > 0)
        {
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

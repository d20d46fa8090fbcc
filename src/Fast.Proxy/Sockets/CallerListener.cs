using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Sockets;

/// <summary>Accepts callers' connections in plain text and spreads them over the pollers. Linux only.</summary>
public sealed class CallerListener : IDisposable
{
    /// <summary>Connections that the kernel keeps ready, as Kestrel has it.</summary>
    private const int Backlog = 512;

    /// <summary>Connections that are accepted at once, at most: who is connected already comes next.</summary>
    private const int AcceptsMax = 16;

    /// <summary>How long nothing is accepted when the process has no file or memory for another connection, in milliseconds.</summary>
    private const int ExhaustedMs = 100;

    private readonly Socket _socket;
    private readonly ProxyServer _server;
    private readonly Door _door;
    private readonly Timer _again;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _file;
    private int _isClosed;

    // Connections that are open, one for the listener itself, and one while it accepts: who is accepted in the moment of the end is waited for.
    private int _open = 1;

    private CallerListener(Socket socket, ProxyServer server)
    {
        _socket = socket;
        _server = server;
        _door = new Door(this);
        _again = new Timer(static self => ((CallerListener)self!).Watch(), this, Timeout.Infinite, Timeout.Infinite);
        _file = (int)socket.SafeHandle.DangerousGetHandle();
        LocalEndPoint = socket.LocalEndPoint!;
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Binds an address. Nothing is accepted before <see cref="Start"/>.</summary>
    /// <param name="address">An address with a port, or the path of a Unix socket.</param>
    /// <param name="server">Where connections go.</param>
    /// <exception cref="SocketException">It is taken, or none of this machine's.</exception>
    public static CallerListener Bind(EndPoint address, ProxyServer server)
    {
        bool isUnix = address is UnixDomainSocketEndPoint;
        Socket socket = new(address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (address is IPEndPoint { Address: { } ip } && ip.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(Backlog);
            socket.Blocking = false;
            return new CallerListener(socket, server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins to accept.</summary>
    public void Start()
    {
        if (!PolledTable.TryAdd(_door, _file))
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        Watch();
    }

    /// <summary>Accepts nobody any more.</summary>
    /// <returns>Done when the last connection has ended.</returns>
    public Task StopAsync()
    {
        Dispose();
        return _empty.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;

        if (_door.Key != 0)
            PolledTable.Remove(_door.Key);
        _again.Dispose();
        _socket.Dispose();
        Leave();
    }

    // Told as long as somebody stands before the door, and not once: nobody is forgotten there.
    private void Watch()
    {
        if (!TryHold())
            return;

        int error = _door.Poller.Watch(_door, _file, EpollEvents.In);
        _socket.SafeHandle.DangerousRelease();
        if (error != 0)
            _again.Change(ExhaustedMs, Timeout.Infinite);
    }

    private void Accept()
    {
        if (!TryJoin())
            return;

        AcceptSome();
        Leave();
    }

    private unsafe void AcceptSome()
    {
        const int addressBytesMax = 128;
        byte* address = stackalloc byte[addressBytesMax];
        for (int accepts = 0; accepts < AcceptsMax; accepts++)
        {
            if (!TryHold())
                return;

            int length = addressBytesMax;
            int file = Libc.Accept(_file, address, &length, Libc.NonBlocking | Libc.CloseOnExec);
            int error = file < 0 ? Libc.Error : 0;
            bool isExhausted = error is Libc.TooManyFiles or Libc.TooManyFilesOfAll or Libc.NoMemory or Libc.NoBuffers;
            if (isExhausted)
                _door.Poller.Forget(_file);
            _socket.SafeHandle.DangerousRelease();
            if (file >= 0)
            {
                Serve(file, AddressOf(new ReadOnlySpan<byte>(address, Math.Min(length, addressBytesMax))));
                continue;
            }

            if (isExhausted)
                _again.Change(ExhaustedMs, Timeout.Infinite);

            // What else there is to say is said of the one connection that was not to be.
            return;
        }
    }

    private void Serve(int file, IPEndPoint? caller)
    {
        PolledSocket socket = new(file, SocketPoller.InTurn());
        if (caller is not null)
            socket.SendAtOnce();
        CallerConnection connection = new(socket, _server.Buffers) { LocalEndPoint = LocalEndPoint, RemoteEndPoint = caller };
        if (socket.Watch(connection) != 0)
        {
            socket.Dispose();
            return;
        }

        Interlocked.Increment(ref _open);
        _ = ServeAsync(connection);
    }

    private async Task ServeAsync(CallerConnection connection)
    {
        try
        {
            await _server.OnConnectedAsync(connection);
        }
        finally
        {
            await connection.DisposeAsync();
            Leave();
        }
    }

    /// <summary>Keeps the file open, so that its number is nobody else's while it is used.</summary>
    private bool TryHold()
    {
        bool isHeld = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            // It was closed a moment ago.
        }

        return isHeld;
    }

    private bool TryJoin()
    {
        int open = Volatile.Read(ref _open);
        while (open > 0)
        {
            int seen = Interlocked.CompareExchange(ref _open, open + 1, open);
            if (seen == open)
                return true;
            open = seen;
        }

        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _empty.TrySetResult();
    }

    /// <summary>Reads a <c>sockaddr_in</c> or <c>sockaddr_in6</c> (ip(7), ipv6(7)). A Unix socket's caller has none.</summary>
    private static IPEndPoint? AddressOf(ReadOnlySpan<byte> native)
    {
        const int portAt = 2;
        const int ipv4At = 4;
        const int ipv6At = 8;
        const int scopeAt = 24;
        if (native.Length < sizeof(ushort))
            return null;

        int family = BitConverter.ToUInt16(native);
        return family switch
        {
            Libc.FamilyIpv4 => new IPEndPoint(new IPAddress(native.Slice(ipv4At, 4)), (native[portAt] << 8) | native[portAt + 1]),
            Libc.FamilyIpv6 => new IPEndPoint(
                new IPAddress(native.Slice(ipv6At, 16), BitConverter.ToUInt32(native[scopeAt..])), (native[portAt] << 8) | native[portAt + 1]),
            _ => null,
        };
    }

    /// <summary>The listening socket as a poller sees it.</summary>
    private sealed class Door(CallerListener listener) : Polled
    {
        public SocketPoller Poller { get; } = SocketPoller.InTurn();

        public override void OnEvents(EpollEvents events) => listener.Accept();
    }
}

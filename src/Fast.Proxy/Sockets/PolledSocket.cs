using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Sockets;

/// <summary>
/// A connection that a <see cref="SocketPoller"/> brings news of. It may be used from any thread, by one who receives and one who sends at a time.
/// Without news the kernel is not asked. Memory is pinned for the time of a call only.
/// </summary>
internal sealed class PolledSocket : Polled, IDisposable
{
    /// <summary>What <see cref="Receive"/> and <see cref="Send"/> say when the kernel has nothing, or no room, yet.</summary>
    public const int NothingYet = -Libc.Again;

    /// <summary>What is given to the kernel at once, in bytes: copying more would keep the polling thread.</summary>
    private const int SliceBytes = 64 * 1024;

    private const EpollEvents Ending = EpollEvents.PeerLeft | EpollEvents.HangUp | EpollEvents.Error;
    private const EpollEvents All = EpollEvents.In | EpollEvents.Urgent | EpollEvents.Out | EpollEvents.PeerLeft | EpollEvents.EdgeTriggered;

    private readonly int _file;
    private readonly SocketWait _receive;
    private readonly SocketWait _send;
    private IPeerWatcher? _watcher;

    // How many calls are in the kernel with the file's number. The smallest number is added when it is to be closed; the last one out closes it:
    // no call ever meets the next owner of the number.
    private int _users;
    private volatile bool _peerLeft;
    private volatile bool _isUrgent;

    /// <param name="file">The number of a connection, which does not block.</param>
    /// <param name="poller">Who brings its news.</param>
    public PolledSocket(int file, SocketPoller poller)
    {
        _file = file;
        Poller = poller;
        _receive = new SocketWait(this, sends: false);
        _send = new SocketWait(this, sends: true);
    }

    /// <summary>Who brings its news, and where what waits for it goes on.</summary>
    public SocketPoller Poller { get; }

    /// <summary>Whether it is closed on this side.</summary>
    public bool IsClosed => Volatile.Read(ref _users) < 0;

    /// <summary>Whether there may be something to receive.</summary>
    public bool MayReceive => _receive.HasNews;

    /// <summary>Whether the other side has neither ended it nor sent anything that was not received.</summary>
    public unsafe bool IsQuiet
    {
        get
        {
            if (_peerLeft || _isUrgent || !TryEnter())
                return false;

            byte one;
            nint seen = Libc.Receive(_file, &one, 1, Libc.Peek);
            bool isQuiet = seen < 0 && Libc.Error == Libc.Again;
            Exit();
            return isQuiet;
        }
    }

    /// <summary>Begins to be told of what happens to it: from now on it can be waited for.</summary>
    /// <param name="watcher">Whoever wants to know of its end.</param>
    /// <returns>The number of an error, or 0.</returns>
    public int Watch(IPeerWatcher? watcher)
    {
        _watcher = watcher;
        return PolledTable.TryAdd(this, _file) ? Poller.Watch(this, _file, All) : Libc.TooManyFiles;
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="stopped">Ends it.</param>
    /// <exception cref="IOException">It was refused, or there is no way there.</exception>
    public static async Task<PolledSocket> ConnectAsync(IPEndPoint address, CancellationToken stopped)
    {
        int file = Libc.Socket(
            address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.FamilyIpv6 : Libc.FamilyIpv4,
            Libc.StreamSocket | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (file < 0)
            throw Failure(-Libc.Error);

        PolledSocket socket = new(file, SocketPoller.Here ?? SocketPoller.InTurn());
        try
        {
            // Watched from here on: what is not connected and does not try to be counts as broken.
            int error = socket.Connect(address);
            if (error == Libc.InProgress)
                socket._send.Look();
            if (error is 0 or Libc.InProgress && socket.Watch(watcher: null) is not 0 and int unwatched)
                error = unwatched;
            if (error == Libc.InProgress)
            {
                await socket._send.WaitAsync(Memory<byte>.Empty, stopped);
                error = socket.PendingError();
            }

            return error == 0 ? socket : throw Failure(-error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What an error's number means, as an exception.</summary>
    public static IOException Failure(int done) => new(Marshal.GetPInvokeErrorMessage(-done), -done);

    /// <summary>Receives what is there, or waits for it. Without memory it waits until there may be something.</summary>
    /// <returns>Bytes received; 0 when the other side has ended it.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken stopped)
    {
        if (_receive.HasNews)
        {
            // Of an error the kernel tells once: who asks again hears of an end in order.
            int received = target.IsEmpty ? 0 : Receive(target.Span);
            if (received != NothingYet)
                return received >= 0 ? new(received) : ValueTask.FromException<int>(Failure(received));
        }

        return _receive.WaitAsync(target, stopped);
    }

    /// <summary>Sends some of the bytes, at least one, or waits until that can be done.</summary>
    /// <returns>Bytes that the kernel has taken.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopped)
    {
        if (_send.HasNews)
        {
            int sent = Send(bytes.Span);
            if (sent != NothingYet)
                return sent >= 0 ? new(sent) : ValueTask.FromException<int>(Failure(sent));
        }

        return _send.WaitAsync(MemoryMarshal.AsMemory(bytes), stopped);
    }

    /// <summary>Ends the wait to receive that is under way, or the next one, with 0 bytes. <see cref="TakeInterrupt"/> tells it from an end.</summary>
    public void InterruptReceive() => _receive.Interrupt();

    /// <summary>Whether it was interrupted since the last call.</summary>
    public bool TakeInterrupt() => _receive.TakeInterrupt();

    /// <summary>Receives what is there.</summary>
    /// <returns>Bytes received; 0 at the end; <see cref="NothingYet"/>; or the number of another error, below 0.</returns>
    public unsafe int Receive(Span<byte> target)
    {
        _receive.Look();
        if (!TryEnter())
            return -Libc.Cancelled;

        nint received;
        int error;
        fixed (byte* start = target)
        {
            do
                received = Libc.Receive(_file, start, target.Length, 0);
            while ((error = received < 0 ? Libc.Error : 0) == Libc.Interrupted);
        }

        Exit();

        // Less than asked for means that there is no more, and of more news will come (epoll(7)); but of an end they have come already, and
        // where a byte is urgent a receive stops before it.
        if (received == target.Length || received == 0 || ((_peerLeft || _isUrgent) && received > 0) || error is not (0 or Libc.Again))
            _receive.KeepNews();
        return error == 0 ? (int)received : -error;
    }

    /// <summary>Sends what the kernel takes of the bytes, and of many only the first.</summary>
    /// <returns>Bytes that it has taken; <see cref="NothingYet"/>; or the number of another error, below 0.</returns>
    public unsafe int Send(ReadOnlySpan<byte> bytes)
    {
        _send.Look();
        if (!TryEnter())
            return -Libc.Cancelled;

        nint sent;
        int error;
        fixed (byte* start = bytes)
        {
            do
                sent = Libc.Send(_file, start, Math.Min(bytes.Length, SliceBytes), Libc.NoSignal);
            while ((error = sent < 0 ? Libc.Error : 0) == Libc.Interrupted);
        }

        Exit();
        if (error != Libc.Again)
            _send.KeepNews();
        return error == 0 ? (int)sent : -error;
    }

    /// <summary>Has the kernel send small pieces without waiting for the next (TCP_NODELAY).</summary>
    public unsafe void SendAtOnce()
    {
        int on = 1;
        _ = Libc.SetOption(_file, Libc.LevelTcp, Libc.OptionNoDelay, &on, sizeof(int));
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending()
    {
        if (!TryEnter())
            return;

        _ = Libc.Shutdown(_file, Libc.ShutdownSend);
        Exit();
    }

    /// <summary>Closes it so that the other side sees it broken, and not ended.</summary>
    public unsafe void Break()
    {
        if (TryEnter())
        {
            ulong onWithoutTime = 1;
            _ = Libc.SetOption(_file, Libc.LevelSocket, Libc.OptionLinger, &onWithoutTime, sizeof(ulong));
            Exit();
        }

        Dispose();
    }

    /// <summary>Closes it. Who waits for it is told.</summary>
    public void Dispose()
    {
        int users = Volatile.Read(ref _users);
        while (users >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + int.MinValue, users);
            if (seen == users)
            {
                _watcher = null;
                if (users == 0)
                    CloseFile();
                _receive.EndEarly();
                _send.EndEarly();
                return;
            }

            users = seen;
        }
    }

    /// <inheritdoc/>
    public override void OnEvents(EpollEvents events)
    {
        bool isEnding = (events & Ending) != EpollEvents.None;
        _peerLeft |= isEnding;
        _isUrgent |= (events & EpollEvents.Urgent) != EpollEvents.None;
        if (isEnding || (events & (EpollEvents.In | EpollEvents.Urgent)) != EpollEvents.None)
            _receive.OnNews();
        if ((events & (EpollEvents.Out | EpollEvents.HangUp | EpollEvents.Error)) != EpollEvents.None)
            _send.OnNews();
        if (isEnding)
            Interlocked.Exchange(ref _watcher, null)?.OnPeerLeft();
    }

    private unsafe int Connect(IPEndPoint address)
    {
        SendAtOnce();
        SocketAddress native = address.Serialize();
        fixed (byte* start = native.Buffer.Span)
            return Libc.Connect(_file, start, native.Size) == 0 ? 0 : Libc.Error;
    }

    private unsafe int PendingError()
    {
        int error = 0;
        int length = sizeof(int);
        if (!TryEnter())
            return Libc.Cancelled;

        if (Libc.GetOption(_file, Libc.LevelSocket, Libc.OptionError, &error, &length) < 0)
            error = Libc.Error;
        Exit();
        return error;
    }

    private bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }

        return false;
    }

    private void Exit()
    {
        if (Interlocked.Decrement(ref _users) == int.MinValue)
            CloseFile();
    }

    private void CloseFile()
    {
        if (Key != 0)
            PolledTable.Remove(Key);
        _ = Libc.Close(_file);
    }
}

using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Fast.Load.Sockets;

/// <summary>
/// A TCP socket of an event loop, for the loop's thread only. An operation is tried at once, waits for the kernel's word when it must,
/// and goes on inside the loop's turn, without allocation. Results below zero are error numbers: a peer that leaves is an everyday event
/// under load, and costs no exception.
/// </summary>
internal sealed class LoopSocket : IDisposable
{
    // A socket that is always ready lets the others have their turn after so many operations.
    private const int InlineMax = 16;

    private readonly EventLoop _loop;
    private readonly int _file;
    private readonly ulong _key;
    private readonly LoopOperation _receive = new();
    private readonly LoopOperation _send = new();
    private LoopDelay? _delay;
    private Memory<byte> _target;
    private ReadOnlyMemory<byte> _unsent;
    private int _inline;
    private bool _mayReceive;
    private bool _maySend;
    private bool _isConnecting;
    private bool _isListening;
    private bool _isClosed;
    private bool _isYielded;

    private LoopSocket(EventLoop loop, int file)
    {
        Debug.Assert(loop.IsHere);
        _loop = loop;
        _file = file;
        _key = loop.Register(this, file);
    }

    /// <summary>True once the peer has ended its side or the connection broke: no request will follow.</summary>
    public bool PeerLeft { get; private set; }

    /// <summary>A socket that is not connected yet; an error number below zero in <paramref name="error"/> and null without one.</summary>
    public static LoopSocket? Create(EventLoop loop, AddressFamily family, out int error)
    {
        error = -SocketErrors.Cancelled;
        if (loop.IsStopping)
            return null;
        int native = family == AddressFamily.InterNetworkV6 ? 10 : 2;
        int file = Libc.Socket(native, Libc.StreamSocket | Libc.NonBlocking | Libc.CloseOnExec, 0);
        error = file < 0 ? -Libc.Error : 0;
        return file < 0 ? null : new LoopSocket(loop, file);
    }

    /// <summary>The connection that <see cref="AcceptAsync"/> gave the number of.</summary>
    public static LoopSocket Adopt(EventLoop loop, int file)
    {
        LoopSocket socket = new(loop, file) { _mayReceive = true, _maySend = true };
        socket.SetFlag(Libc.LevelTcp, Libc.OptionNoDelay);
        return socket;
    }

    /// <summary>Zero when it is bound; port 0 of an outgoing connection is chosen when it connects.</summary>
    public unsafe int Bind(IPEndPoint local, bool isOutgoing)
    {
        SetFlag(isOutgoing ? Libc.LevelIp : Libc.LevelSocket, isOutgoing ? Libc.OptionBindNoPort : Libc.OptionReuseAddress);
        fixed (byte* address = Native(local).Span)
            return Libc.Bind(_file, address, Native(local).Length) < 0 ? -Libc.Error : 0;
    }

    public int Listen(int backlog)
    {
        _isListening = true;
        return Libc.Listen(_file, backlog) < 0 ? -Libc.Error : 0;
    }

    public unsafe int LocalPort()
    {
        byte* address = stackalloc byte[128];
        int length = 128;
        return Libc.SocketName(_file, address, &length) < 0 ? -Libc.Error : address[2] << 8 | address[3];
    }

    /// <summary>The file number of the next connection.</summary>
    public ValueTask<int> AcceptAsync()
    {
        int file = _mayReceive && !HasToYield() ? Accept() : -SocketErrors.Again;
        return file != -SocketErrors.Again ? new ValueTask<int>(file) : _receive.Begin();
    }

    /// <summary>Zero when it is connected.</summary>
    public unsafe ValueTask<int> ConnectAsync(IPEndPoint remote)
    {
        SetFlag(Libc.LevelTcp, Libc.OptionNoDelay);
        fixed (byte* address = Native(remote).Span)
        {
            if (Libc.Connect(_file, address, Native(remote).Length) == 0)
            {
                _maySend = true;
                return new ValueTask<int>(0);
            }
        }
        if (Libc.Error != SocketErrors.InProgress)
            return new ValueTask<int>(-Libc.Error);
        _isConnecting = true;
        return _send.Begin();
    }

    /// <summary>How many bytes came; zero when the peer has ended. The memory is written only just before the wait ends.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> target)
    {
        int received = _mayReceive && !HasToYield() ? Receive(target.Span) : -SocketErrors.Again;
        if (received != -SocketErrors.Again)
            return new ValueTask<int>(received);
        _inline = 0;
        _target = target;
        return _receive.Begin();
    }

    /// <summary>Zero when all of it is with the kernel.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _unsent = bytes;
        int sent = _maySend ? Send() : -SocketErrors.Again;
        if (sent < 0 ? sent != -SocketErrors.Again : !HasToYield())
            return new ValueTask<int>(sent);
        _inline = 0;
        return _send.Begin();
    }

    /// <summary>One when the time has come, zero when the peer has left before it.</summary>
    public ValueTask<int> DelayAsync(long untilNs)
    {
        if (PeerLeft)
            return new ValueTask<int>(0);
        _inline = 0;
        return (_delay ??= new LoopDelay(_loop)).UntilAsync(untilNs);
    }

    public void ShutdownSend() => _ = Libc.Shutdown(_file, Libc.ShutdownSend);

    /// <summary>Closes with a reset, as when the process behind the connection dies.</summary>
    public unsafe void Reset()
    {
        ulong onWithoutTime = 1;
        _ = Libc.SetOption(_file, Libc.LevelSocket, Libc.OptionLinger, &onWithoutTime, sizeof(ulong));
        Dispose();
    }

    /// <summary>Closes. Who waits for the socket is told that the wait was cancelled.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _mayReceive = _maySend = false;
        PeerLeft = true;
        _loop.Forget(_key);
        _ = Libc.Close(_file);
        if (_receive.IsPending)
            _receive.Complete(-SocketErrors.Cancelled);
        if (_send.IsPending)
            _send.Complete(-SocketErrors.Cancelled);
        _delay?.Interrupt();
    }

    /// <summary>What the kernel tells of the socket.</summary>
    public void OnEvents(EpollEvents events)
    {
        const EpollEvents ending = EpollEvents.PeerLeft | EpollEvents.HangUp | EpollEvents.Error;
        if ((events & ending) != 0 && !_isConnecting && !_isListening)
            PeerLeft = true;
        if ((events & (EpollEvents.In | ending)) != 0)
            _mayReceive = true;
        if ((events & (EpollEvents.Out | EpollEvents.HangUp | EpollEvents.Error)) != 0)
            OnMaySend();
        if (_receive.IsPending && _mayReceive && !_isYielded)
            GoOnReceiving();
        if (PeerLeft)
            _delay?.Interrupt();
    }

    /// <summary>Its turn after the others had theirs.</summary>
    public void OnTurn()
    {
        _isYielded = false;
        if (_isClosed)
            return;
        if (_send.IsPending && !_isConnecting && _maySend)
            OnMaySend();
        if (_receive.IsPending && _mayReceive)
            GoOnReceiving();
    }

    private void OnMaySend()
    {
        _maySend = true;
        if (!_send.IsPending || _isYielded)
            return;
        if (_isConnecting)
        {
            _isConnecting = false;
            _send.Complete(-PendingError());
            return;
        }
        int sent = Send();
        if (sent != -SocketErrors.Again)
            _send.Complete(sent);
    }

    private void GoOnReceiving()
    {
        int received = _isListening ? Accept() : Receive(_target.Span);
        if (received != -SocketErrors.Again)
            _receive.Complete(received);
    }

    /// <summary>True when the socket had many operations in a row without a wait: the others come first then.</summary>
    private bool HasToYield()
    {
        if (_isYielded)
            return true;
        if (++_inline < InlineMax)
            return false;
        _isYielded = true;
        _loop.Yield(this);
        return true;
    }

    private unsafe int Receive(Span<byte> target)
    {
        while (true)
        {
            nint received;
            fixed (byte* start = target)
                received = _isClosed ? -1 : Libc.Receive(_file, start, target.Length, 0);
            if (received >= 0)
            {
                // Less than asked for means that there is no more, and more will be told of; but an end was told of already.
                _mayReceive = received == target.Length || PeerLeft;
                return (int)received;
            }
            int error = _isClosed ? SocketErrors.Cancelled : Libc.Error;
            if (error == SocketErrors.Interrupted)
                continue;
            _mayReceive = error != SocketErrors.Again;
            return -error;
        }
    }

    private unsafe int Send()
    {
        while (!_unsent.IsEmpty)
        {
            nint sent;
            fixed (byte* start = _unsent.Span)
                sent = _isClosed ? -1 : Libc.Send(_file, start, _unsent.Length, Libc.SendNoSignal);
            if (sent >= 0)
            {
                _unsent = _unsent[(int)sent..];
                continue;
            }
            int error = _isClosed ? SocketErrors.Cancelled : Libc.Error;
            if (error == SocketErrors.Interrupted)
                continue;
            _maySend = error != SocketErrors.Again;
            return -error;
        }
        return 0;
    }

    private unsafe int Accept()
    {
        while (true)
        {
            int file = Libc.Accept(_file, null, null, Libc.NonBlocking | Libc.CloseOnExec);
            if (file >= 0)
                return file;
            int error = Libc.Error;
            if (error == SocketErrors.Interrupted)
                continue;
            _mayReceive = error != SocketErrors.Again;
            return -error;
        }
    }

    private unsafe int PendingError()
    {
        int error = 0;
        int length = sizeof(int);
        return Libc.GetOption(_file, Libc.LevelSocket, Libc.OptionError, &error, &length) < 0 ? Libc.Error : error;
    }

    private unsafe void SetFlag(int level, int option)
    {
        int on = 1;
        _ = Libc.SetOption(_file, level, option, &on, sizeof(int));
    }

    private static Memory<byte> Native(IPEndPoint address)
    {
        SocketAddress native = address.Serialize();
        return native.Buffer[..native.Size];
    }
}

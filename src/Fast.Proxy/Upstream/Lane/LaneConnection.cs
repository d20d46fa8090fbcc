using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Sockets;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Upstream.Lane;

/// <summary>
/// One connection to a provider. It serves one exchange at a time, and holds a buffer while the head of an answer that does not stream is
/// waited for, and while bytes have arrived that nobody has taken yet: a connection that idles, or a stream between two events, holds none.
/// </summary>
internal sealed class LaneConnection
{
    /// <summary>First buffer, in bytes: most heads, and the bodies of short answers, fit.</summary>
    private const int FirstBytes = 4 * 1024;

    private readonly PolledSocket _socket;
    private BufferPool _buffers = null!;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public LaneConnection(LaneTransport transport, PolledSocket socket)
    {
        _socket = socket;
        OpenedMs = IdleSinceMs = Environment.TickCount64;
        Response = new LaneResponse(transport, this);
    }

    /// <summary>When it was opened.</summary>
    public long OpenedMs { get; }

    /// <summary>When its last exchange ended.</summary>
    public long IdleSinceMs { get; set; }

    /// <summary>The answer that comes on it.</summary>
    public LaneResponse Response { get; }

    /// <summary>What has arrived and was not taken.</summary>
    public Span<byte> Arrived => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the provider has neither closed it nor said anything unasked.</summary>
    public bool IsQuiet => _socket.IsQuiet;

    /// <summary>Who brings news of it.</summary>
    public SocketPoller Poller => _socket.Poller;

    /// <summary>Gets ready for an exchange.</summary>
    public void Begin(BufferPool buffers) => _buffers = buffers;

    /// <summary>Takes bytes off the front of what has arrived. What is empty is given back.</summary>
    public void Take(int count)
    {
        _start += count;
        if (_start == _end)
            Release();
    }

    /// <summary>Gives the buffer back, with whatever is in it.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
            _buffers.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <summary>Closes it. What waits for it is told.</summary>
    public void Close()
    {
        Release();
        _socket.Dispose();
    }

    /// <summary>Memory behind what has arrived; <see cref="Fill"/> says how much of it was received into.</summary>
    public Memory<byte> Window()
    {
        if (_end == _buffer.Length)
            Grow();
        return _buffer.AsMemory(_end);
    }

    /// <summary>Adds to what has arrived.</summary>
    public void Fill(int received) => _end += received;

    /// <summary>Receives into memory. With none, waits until there is something.</summary>
    /// <returns>Bytes received; 0 when the provider has ended its side.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> window, CancellationToken stopped) => _socket.ReceiveAsync(window, stopped);

    /// <summary>Sends a request: what was rendered of it, and the rest of its body as it lies in memory.</summary>
    /// <param name="rendered">A rented array; it is given back when it is out.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="rest">What follows.</param>
    /// <param name="stopped">Ends it.</param>
    public ValueTask SendAsync(byte[] rendered, int length, in OutgoingSection rest, CancellationToken stopped)
    {
        ValueTask sending = SendAsync(rendered.AsMemory(0, length), stopped);
        if (!sending.IsCompletedSuccessfully || rest.Length > 0)
            return SendPartsAsync(sending, rendered, rest, stopped);

        _buffers.Return(rendered);
        return default;
    }

    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    private async ValueTask SendPartsAsync(ValueTask sending, byte[] rendered, OutgoingSection rest, CancellationToken stopped)
    {
        try
        {
            await sending;
            for (int part = 0; part < rest.Count; part++)
                await SendAsync(rest[part], stopped);
        }
        finally
        {
            _buffers.Return(rendered);
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stopped)
    {
        if (bytes.IsEmpty)
            return default;

        ValueTask<int> sending = _socket.SendAsync(bytes, stopped);
        if (!sending.IsCompletedSuccessfully)
            return SendOnAsync(bytes, sending, stopped);

        int sent = sending.Result;
        return sent == bytes.Length ? default : SendOnAsync(bytes[sent..], new ValueTask<int>(0), stopped);
    }

    /// <summary>It is long, or the kernel has not taken all of it at once.</summary>
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    private async ValueTask SendOnAsync(ReadOnlyMemory<byte> bytes, ValueTask<int> sending, CancellationToken stopped)
    {
        Turn turn = default;
        bytes = bytes[await sending..];
        while (!bytes.IsEmpty)
        {
            ValueTask<int> next = _socket.SendAsync(bytes, stopped);
            bool waited = !next.IsCompleted;
            int sent = await next;
            bytes = bytes[sent..];

            // Whoever reads the answer, which may be here already, sees by the end of this whether the connection can go on.
            if (!bytes.IsEmpty && turn.IsOver(waited, 1, sent))
                await Task.Yield();
        }
    }

    private void Grow()
    {
        int kept = _end - _start;
        byte[] larger = _buffers.Rent(Math.Max(FirstBytes, kept * 2));
        Arrived.CopyTo(larger);
        Release();
        (_buffer, _end) = (larger, kept);
    }
}

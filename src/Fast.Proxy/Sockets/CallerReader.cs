using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Sockets;

/// <summary>What a caller sends, as a pipe that reads no further ahead than one buffer. While nothing is there it holds no buffer.</summary>
/// <param name="socket">The connection.</param>
/// <param name="buffers">Where buffers come from.</param>
internal sealed class CallerReader(PolledSocket socket, BufferPool buffers) : PipeReader
{
    /// <summary>For heads, and bodies as most are, in bytes.</summary>
    private const int FirstBytes = 4 * 1024;

    /// <summary>Where more has come than that, in bytes.</summary>
    private const int LargeBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _wasFull;
    private bool _isExamined;
    private bool _isEnded;

    /// <summary>Whether everything that was received has been taken.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Whether it was interrupted since the last call.</summary>
    public bool TakeInterrupt() => socket.TakeInterrupt();

    /// <summary>Receives into somebody else's memory, past the buffer, which has to be empty.</summary>
    /// <returns>Bytes received; 0 at the end, or when it was interrupted.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> target) => socket.ReceiveAsync(target, CancellationToken.None);

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (socket.TakeInterrupt())
            return new(Result(isCanceled: true));
        if (_isEnded || (_end > _start && !_isExamined) || (socket.MayReceive && TryFill()))
            return new(Result(isCanceled: false));
        return WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        bool has = _isEnded || (_end > _start && !_isExamined) || TryFill();
        result = has ? Result(isCanceled: false) : default;
        return has;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Of an end, or of nothing, there is nothing to take.
        if (_start == _end)
            return;

        _start = consumed.GetInteger();
        _isExamined = examined.GetInteger() == _end;
        if (_start == _end)
            Release();
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => socket.InterruptReceive();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Release();

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(CancellationToken stopped)
    {
        do
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, stopped);
            if (socket.TakeInterrupt())
                return Result(isCanceled: true);
        }
        while (!TryFill());

        return Result(isCanceled: false);
    }

    /// <summary>Receives into the buffer.</summary>
    /// <returns>False when nothing has come yet.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    private bool TryFill()
    {
        MakeRoom();
        int received = socket.Receive(_buffer.AsSpan(_end));
        if (received > 0)
        {
            _end += received;
            _wasFull = _end == _buffer.Length;
            _isExamined = false;
            return true;
        }

        if (_start == _end)
            Release();
        _isEnded = received == 0;
        return received is 0 or PolledSocket.NothingYet ? _isEnded : throw PolledSocket.Failure(received);
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;

        int kept = _end - _start;
        byte[] larger = buffers.Rent(Math.Max(kept * 2, _wasFull ? LargeBytes : FirstBytes));
        _buffer.AsSpan(_start, kept).CopyTo(larger);
        Release();
        (_buffer, _end) = (larger, kept);
    }

    private ReadResult Result(bool isCanceled) => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled, _isEnded);

    private void Release()
    {
        if (_buffer.Length > 0)
            buffers.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }
}

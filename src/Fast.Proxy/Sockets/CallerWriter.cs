using System;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Sockets;

/// <summary>
/// What is written to a caller, as a pipe without a reader: a flush gives the kernel all of it, and waits where it has no room. What was
/// not flushed lies in one buffer; after a flush there is none.
/// </summary>
/// <param name="socket">The connection.</param>
/// <param name="buffers">Where buffers come from.</param>
internal sealed class CallerWriter(PolledSocket socket, BufferPool buffers) : PipeWriter
{
    /// <summary>For a head with what most answers have behind it, in bytes.</summary>
    private const int FirstBytes = 4 * 1024;

    private byte[] _buffer = [];
    private int _length;
    private bool _isBroken;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _length;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _length));
        _length += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0)
            return new(new FlushResult(isCanceled: false, _isBroken));

        int sent = _isBroken ? _length : socket.Send(_buffer.AsSpan(0, _length));
        return sent == _length ? new(End()) : SendOnAsync(sent, cancellationToken);
    }

    /// <summary>Gives the kernel what it takes of what was not flushed: nobody waits for it any more.</summary>
    public void FlushWithoutWait()
    {
        int at = 0;
        while (at < _length && socket.Send(_buffer.AsSpan(at, _length - at)) is > 0 and int sent)
            at += sent;
        End();
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => throw new NotSupportedException("What was begun to be sent is sent, or the connection broken off.");

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => End();

    /// <summary>It is long, or the kernel has not taken all of it at once.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<FlushResult> SendOnAsync(int sent, CancellationToken stopped)
    {
        Turn turn = default;
        int at = Math.Max(sent, 0);
        try
        {
            if (sent < 0 && sent != PolledSocket.NothingYet)
                throw PolledSocket.Failure(sent);
            while (at < _length)
            {
                ValueTask<int> sending = socket.SendAsync(_buffer.AsMemory(at, _length - at), stopped);
                bool waited = !sending.IsCompleted;
                sent = await sending;
                at += sent;
                if (at < _length && turn.IsOver(waited, 1, sent))
                    await Task.Yield();
            }
        }
        catch (IOException)
        {
            // The caller is gone; so is what it was to get.
            _isBroken = true;
        }

        return End();
    }

    private void MakeRoom(int sizeHint)
    {
        if (_buffer.Length - _length >= Math.Max(sizeHint, 1))
            return;

        byte[] larger = buffers.Rent(Math.Max(_length + Math.Max(sizeHint, 1), _length == 0 ? FirstBytes : _length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        int length = _length;
        End();
        (_buffer, _length) = (larger, length);
    }

    /// <summary>Gives the buffer back.</summary>
    private FlushResult End()
    {
        if (_buffer.Length > 0)
            buffers.Return(_buffer);
        (_buffer, _length) = ([], 0);
        return new FlushResult(isCanceled: false, _isBroken);
    }
}

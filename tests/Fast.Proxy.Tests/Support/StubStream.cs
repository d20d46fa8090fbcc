using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Tests.Support;

/// <summary>How a stubbed body ends.</summary>
internal enum StubEnd
{
    Clean,
    Broken,
    Silent,
}

/// <summary>A body that comes in the pieces it was cut into, one to a read, and then ends as told.</summary>
internal sealed class StubStream : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new();
    private readonly StubEnd _end;

    public StubStream(IEnumerable<string> pieces, StubEnd end)
    {
        foreach (string piece in pieces)
            _pieces.Enqueue(Encoding.Latin1.GetBytes(piece));
        _end = end;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Not inline: an upstream's bytes come from another thread.
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (_pieces.Count == 0)
        {
            if (_end == StubEnd.Silent)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return _end == StubEnd.Broken ? throw new IOException("The connection was reset.") : 0;
        }

        if (buffer.IsEmpty)
            return 0;

        ReadOnlyMemory<byte> piece = _pieces.Dequeue();
        int take = Math.Min(piece.Length, buffer.Length);
        piece[..take].CopyTo(buffer);
        if (take < piece.Length)
            PutBack(piece[take..]);
        return take;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing reads synchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void PutBack(ReadOnlyMemory<byte> rest)
    {
        int behind = _pieces.Count;
        _pieces.Enqueue(rest);
        for (int i = 0; i < behind; i++)
            _pieces.Enqueue(_pieces.Dequeue());
    }
}

using System;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Load.Sockets;

namespace Fast.Load.Provider.Requests;

/// <summary>Reads the requests of one connection. A request's memory is good until the next one is read.</summary>
internal sealed class RequestReader(EventLoop loop, LoopSocket socket)
{
    // Beyond any of these the peer gets an error and the connection ends.
    private const int HeadBytesMax = 64 * 1024;
    private const int BodyBytesMax = 64 * 1024 * 1024;
    private const int ChunkLineBytesMax = 1024;
    private const int TrailerLinesMax = 64;

    // How long a peer may take to close, and how much it may still send, before it gets a reset.
    private const long CloseNsMax = 1_000_000_000;
    private const int CloseReadsMax = 10_000;

    // A buffer that one large request has grown is not kept for the small ones after it.
    private const int KeptBytesMax = 1024 * 1024;
    private const int StartBytes = 4 * 1024;

    private static readonly byte[] s_continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private byte[] _buffer = new byte[StartBytes];
    private int _start;
    private int _end;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOutcome> ReadAsync(ProviderRequest request)
    {
        int head;
        while ((head = FindHead()) < 0)
        {
            if (_end - _start > HeadBytesMax)
                return ReadOutcome.TooLarge;
            if (!Took(await FillAsync(_end - _start + 1)))
                return ReadOutcome.End;
        }
        if (!RequestHead.TryParse(_buffer.AsMemory(_start, head), request))
            return ReadOutcome.Malformed;
        if (request.ExpectsContinue)
            await socket.SendAsync(s_continue);
        if (request.Chunked)
            return await ReadChunkedAsync(request, head);
        if (request.ContentLength > BodyBytesMax)
            return ReadOutcome.TooLarge;
        int length = (int)request.ContentLength;
        int whole = head + 4 + length;
        if (_end - _start < whole)
        {
            while (_end - _start < whole)
            {
                if (!Took(await FillAsync(whole)))
                    return ReadOutcome.End;
            }
            // The head has moved with the buffer.
            RequestHead.TryParse(_buffer.AsMemory(_start, head), request);
        }
        request.Body = _buffer.AsMemory(_start + head + 4, length);
        _start += whole;
        return ReadOutcome.Request;
    }

    /// <summary>
    /// Ends our side and waits for the peer's end. Closing at once, with bytes unread, would reset the connection and take from the peer
    /// what it has not read yet.
    /// </summary>
    public async ValueTask CloseAsync()
    {
        socket.ShutdownSend();
        LoopTimer limit = new(loop, socket.Dispose);
        limit.Set(LoopClock.NowNs + CloseNsMax);
        for (int reads = 0; reads < CloseReadsMax && Took(await FillAsync(1)); reads++)
            _start = _end;
        limit.Cancel();
    }

    /// <summary>How long the next head is without its blank line; negative while it is not whole.</summary>
    private int FindHead()
    {
        while (_end - _start >= 2 && _buffer[_start] == '\r' && _buffer[_start + 1] == '\n')
            _start += 2;
        return _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
    }

    private async ValueTask<ReadOutcome> ReadChunkedAsync(ProviderRequest request, int head)
    {
        // A copy: the buffer moves while the chunks are read behind it.
        RequestHead.TryParse(_buffer.AsSpan(_start, head).ToArray(), request);
        _start += head + 4;
        byte[] body = new byte[StartBytes];
        int length = 0;
        while (true)
        {
            ReadOnlyMemory<byte>? line = await ReadLineAsync();
            if (line is null || !TryReadSize(line.Value.Span, out int size))
                return ReadOutcome.Malformed;
            if (size == 0)
                break;
            if (size > BodyBytesMax - length)
                return ReadOutcome.TooLarge;
            while (_end - _start < size + 2)
            {
                if (!Took(await FillAsync(size + 2)))
                    return ReadOutcome.End;
            }
            if (length + size > body.Length)
                Array.Resize(ref body, Math.Max(body.Length * 2, length + size));
            _buffer.AsSpan(_start, size).CopyTo(body.AsSpan(length));
            length += size;
            _start += size + 2;
        }
        request.Body = body.AsMemory(0, length);
        for (int trailers = 0; trailers < TrailerLinesMax; trailers++)
        {
            ReadOnlyMemory<byte>? line = await ReadLineAsync();
            if (line is null)
                return ReadOutcome.Malformed;
            if (line.Value.IsEmpty)
                return ReadOutcome.Request;
        }
        return ReadOutcome.TooLarge;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> line, out int size)
    {
        return Utf8Parser.TryParse(line, out size, out int used, 'x') && size >= 0
            && (used == line.Length || line[used] is (byte)';' or (byte)' ');
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync()
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, length);
                _start += length + 2;
                return line;
            }
            if (_end - _start > ChunkLineBytesMax || !Took(await FillAsync(_end - _start + 1)))
                return null;
        }
    }

    /// <summary>Receives once, with room for that many unread bytes.</summary>
    private ValueTask<int> FillAsync(int wanted)
    {
        MakeRoom(wanted);
        return socket.ReceiveAsync(_buffer.AsMemory(_end));
    }

    /// <summary>Counts what was received; false when the peer has ended, or the connection has broken.</summary>
    private bool Took(int received)
    {
        _end += Math.Max(received, 0);
        return received > 0;
    }

    private void MakeRoom(int wanted)
    {
        int unread = _end - _start;
        if (_start > 0)
        {
            bool shrink = _buffer.Length > KeptBytesMax && wanted <= StartBytes && unread <= StartBytes;
            byte[] target = shrink ? new byte[StartBytes] : _buffer;
            _buffer.AsSpan(_start, unread).CopyTo(target);
            _buffer = target;
            _start = 0;
            _end = unread;
        }
        if (wanted > _buffer.Length || _end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, wanted));
    }
}

internal enum ReadOutcome
{
    Request,
    End,
    Malformed,
    TooLarge,
}

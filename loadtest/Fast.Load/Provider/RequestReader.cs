using System;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Provider;

/// <summary>Reads the requests of one connection, and meanwhile notices when the peer goes away.</summary>
internal sealed class RequestReader(Socket socket)
{
    // Beyond any of these the peer gets an error and the connection ends.
    private const int HeadBytesMax = 64 * 1024;
    private const int BodyBytesMax = 64 * 1024 * 1024;
    private const int ChunkLineBytesMax = 1024;
    private const int TrailerLinesMax = 64;

    // How long a peer may take to close, and how much it may still send, before it gets a reset.
    private const int CloseMsMax = 1000;
    private const int CloseReadsMax = 10_000;

    // A buffer that one large request has grown is not kept for the small ones after it.
    private const int KeptBytesMax = 1024 * 1024;
    private const int StartBytes = 4 * 1024;

    private byte[] _buffer = new byte[StartBytes];
    private int _start;
    private int _end;
    private Task<int>? _pending;

    public async ValueTask<ReadOutcome> ReadAsync(ProviderRequest request)
    {
        ReadOutcome outcome = await ReadHeadAsync(request);
        if (outcome != ReadOutcome.Request)
            return outcome;
        if (request.ExpectsContinue)
            await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        if (request.Chunked)
            return await ReadChunkedAsync(request);
        if (request.ContentLength > BodyBytesMax)
            return ReadOutcome.TooLarge;
        int length = (int)request.ContentLength;
        while (_end - _start < length)
        {
            if (!await FillAsync(length))
                return ReadOutcome.End;
        }
        request.Body = _buffer.AsMemory(_start, length);
        _start += length;
        return ReadOutcome.Request;
    }

    /// <summary>Cancels when the peer closes or resets. What it sends instead is kept for the next request.</summary>
    public async Task WatchAsync(CancellationTokenSource gone)
    {
        try
        {
            if (_pending is null)
            {
                if (_end == _buffer.Length)
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                _pending = socket.ReceiveAsync(_buffer.AsMemory(_end)).AsTask();
            }
            if (await _pending > 0)
                return;
        }
        catch (SocketException)
        {
            // A reset: gone as well.
        }
        catch (ObjectDisposedException)
        {
            return;
        }
        await gone.CancelAsync();
    }

    /// <summary>
    /// Ends our side and waits for the peer's end. Closing at once, with a receive pending or bytes unread, would reset the
    /// connection and take from the peer what it has not read yet.
    /// </summary>
    public async Task CloseAsync()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            Task<bool> last = FillAsync(1).AsTask();
            for (int reads = 0; await last.WaitAsync(TimeSpan.FromMilliseconds(CloseMsMax)) && reads < CloseReadsMax; reads++)
            {
                _start = _end;
                last = FillAsync(1).AsTask();
            }
        }
        catch (TimeoutException)
        {
            // A peer that does not close gets its reset.
        }
        catch (SocketException)
        {
            // The peer was faster, and reset.
        }
    }

    private async ValueTask<ReadOutcome> ReadHeadAsync(ProviderRequest request)
    {
        while (true)
        {
            while (_end - _start >= 2 && _buffer[_start] == '\r' && _buffer[_start + 1] == '\n')
                _start += 2;
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                // A copy: the buffer may move while the body is read behind it.
                byte[] head = _buffer.AsSpan(_start, length).ToArray();
                _start += length + 4;
                return RequestHead.TryParse(head, request) ? ReadOutcome.Request : ReadOutcome.Malformed;
            }
            if (_end - _start > HeadBytesMax)
                return ReadOutcome.TooLarge;
            if (!await FillAsync(_end - _start + 1))
                return ReadOutcome.End;
        }
    }

    private async ValueTask<ReadOutcome> ReadChunkedAsync(ProviderRequest request)
    {
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
                if (!await FillAsync(size + 2))
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
            if (_end - _start > ChunkLineBytesMax || !await FillAsync(_end - _start + 1))
                return null;
        }
    }

    /// <summary>Receives once, with room for that many unread bytes; false when the peer has ended.</summary>
    private async ValueTask<bool> FillAsync(int wanted)
    {
        int received;
        if (_pending is { } pending)
        {
            _pending = null;
            received = await pending;
        }
        else
        {
            MakeRoom(wanted);
            received = await socket.ReceiveAsync(_buffer.AsMemory(_end));
        }
        _end += received;
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

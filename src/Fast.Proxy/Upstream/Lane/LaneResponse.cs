using System;
using System.IO;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Relay;
using Fast.Proxy.Waiting;
using Fast.Wire.Http1;

namespace Fast.Proxy.Upstream.Lane;

/// <summary>
/// An answer on a connection of the lane. There is one to a connection, used again and again; the exchange that asked has it until it
/// disposes of it. The body is read straight into the memory of whoever reads, and taken out of its chunks there.
/// </summary>
internal sealed class LaneResponse : UpstreamResponse
{
    /// <summary>Most interim answers before the final one (RFC 9110 15.2).</summary>
    private const int InterimMax = 8;

    private readonly LaneTransport _transport;
    private readonly LaneConnection _connection;
    private ResponseHead _head;
    private ChunkDecoder _chunks;
    private int _headBytes;
    private long _left;
    private Framing _framing;
    private Task? _sending;
    private bool _open;
    private bool _begun;
    private bool _endIsClose;

    public LaneResponse(LaneTransport transport, LaneConnection connection)
    {
        _transport = transport;
        _connection = connection;
    }

    private enum Framing : byte
    {
        Done, Length, Chunked, Close,
    }

    /// <inheritdoc/>
    public override int Status => _head.Status;

    /// <inheritdoc/>
    public override string? Reason => _headBytes == 0 ? null : Encoding.Latin1.GetString(_connection.Arrived[_head.Reason]);

    /// <inheritdoc/>
    public override long Length => _head.Length;

    /// <inheritdoc/>
    public override bool EndIsClose => _endIsClose;

    /// <inheritdoc/>
    public override bool IsEventStream => _head.IsEventStream;

    /// <inheritdoc/>
    public override bool IsEncoded => _head.IsEncoded;

    /// <inheritdoc/>
    public override bool IsComplete => _framing == Framing.Done;

    /// <summary>Sends the exchange's request and reads the head of the final answer; interim ones before it say nothing that a caller needs.</summary>
    /// <exception cref="HttpRequestException">It is no head, or none came.</exception>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    public async ValueTask<UpstreamResponse> AskAsync(Exchange exchange)
    {
        CancellationToken stopped = exchange.Kit.Abort.Token;
        (_open, _begun, _framing) = (true, false, Framing.Close);
        try
        {
            Send(exchange, stopped);

            // Streams are waited for long, and thousands of them at once: without a buffer, for one more look at the socket.
            if (exchange.Intent.Stream)
                await _connection.ReceiveAsync(Memory<byte>.Empty, stopped);
            int scanned = 0;
            int interim = 0;
            while (!TryTakeHead(ref scanned, ref interim))
            {
                int received = await _connection.ReceiveAsync(_connection.Window(), stopped);
                _connection.Fill(received);
                _begun |= received > 0;
                if (received == 0)
                    throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection ended before the answer's head did.");
            }

            return this;
        }
        catch
        {
            _connection.Close();
            throw;
        }
        finally
        {
            // A provider that has begun to answer has worked on the request, and may charge for it twice if it is asked again.
            exchange.Reply.ConnectionWasNew |= _begun;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    public override async ValueTask WaitAsync(CancellationToken stopped)
    {
        while (!HasBody())
        {
            if (_connection.Arrived.Length == _headBytes && _headBytes == 0)
            {
                await _connection.ReceiveAsync(Memory<byte>.Empty, stopped);
                return;
            }

            // Behind a head, or half a chunk's: those bytes are still needed where they are.
            if (_connection.Arrived.Length > (UpstreamTransport.AnswerHeadKibMax * 1024) + ChunkDecoder.SizeLineBytesMax + ChunkDecoder.TrailerBytesMax)
                throw Malformed();
            int received = await _connection.ReceiveAsync(_connection.Window(), stopped);
            _connection.Fill(received);
            if (received > 0)
                continue;
            if (_framing != Framing.Close)
                throw new IOException("The connection ended before the answer's body did.");

            _framing = Framing.Done;
            _head.KeepAlive = false;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> window, CancellationToken stopped)
    {
        DropHead();

        // All of it, before anything that came later: a window may hold nothing but the frame of a chunk.
        while (_framing != Framing.Done && !_connection.Arrived.IsEmpty)
        {
            int length = Math.Min(window.Length, _connection.Arrived.Length);
            if (_framing == Framing.Length)
                length = (int)Math.Min(length, _left);
            _connection.Arrived[..length].CopyTo(window.Span);
            _connection.Take(length);
            if (Pass(window.Span[..length]) is > 0 and int body)
                return new(body);
        }

        return _framing == Framing.Done ? new(0) : ReceiveAsync(window, stopped);
    }

    internal override PassedFields WriteFields(ref PipeSink sink, bool ownLimits)
    {
        PassedFields passed = PassedFields.None;
        ReadOnlySpan<byte> lines = _connection.Arrived[_head.Fields];
        ResponseFields fields = new(lines);
        while (fields.TryTake(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (!AnswerFields.Passes(name, ownLimits) || (_head.HasConnectionFields && AnswerFields.IsNamed(lines, name)))
                continue;

            passed |= AnswerFields.KindOf(name);
            sink.Write(name);
            sink.Write(": "u8);
            sink.Write(value);
            sink.Write("\r\n"u8);
        }

        return passed;
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        if (!_open)
            return;

        _open = false;
        DropHead();
        DropArrived();
        bool sent = _sending is null || _sending.IsCompletedSuccessfully;
        bool again = sent && _framing == Framing.Done && _head.KeepAlive && _connection.Arrived.IsEmpty;
        _sending = null;
        _connection.Release();
        if (again)
            _transport.Return(_connection);
        else
            _connection.Close();
    }

    /// <summary>Begins to send. What the kernel does not take at once goes out while the answer is waited for.</summary>
    private void Send(Exchange exchange, CancellationToken stopped)
    {
        _connection.Begin(exchange.Kit.Buffers);
        OutgoingSection rest = LaneRequest.Render(exchange, out byte[] rendered, out int length);
        ValueTask sending = _connection.SendAsync(rendered, length, rest, stopped);
        _sending = null;
        if (sending.IsCompletedSuccessfully)
            sending.GetAwaiter().GetResult();
        else
            exchange.Reply.Sending = _sending = Observe(sending.AsTask());
    }

    /// <summary>Takes the head of the final answer, once it has arrived whole.</summary>
    private bool TryTakeHead(ref int scanned, ref int interim)
    {
        while (ResponseHead.FindEnd(_connection.Arrived, ref scanned) is > 0 and int end)
        {
            if (end > UpstreamTransport.AnswerHeadKibMax * 1024 || !ResponseHead.TryParse(_connection.Arrived[..end], out _head) || _head.Status == 101)
                throw Malformed();
            if (_head.Status >= 200)
            {
                Begin(end);
                return true;
            }

            if (++interim > InterimMax)
                throw Malformed();
            _connection.Take(end);
            scanned = 0;
        }

        return _connection.Arrived.Length < UpstreamTransport.AnswerHeadKibMax * 1024 ? false : throw Malformed();
    }

    private void Begin(int headBytes)
    {
        _headBytes = headBytes;
        _chunks = default;
        _left = _head.Length;
        bool isBodiless = _head.Status is 204 or 304;

        // Whoever announces a body where there is none may send it too, and it would be read as the next answer. The length in a 304 is
        // another answer's (RFC 9110 8.6).
        if (isBodiless && (_head.IsChunked || (_head.Length > 0 && _head.Status == 204)))
            _head.KeepAlive = false;
        _framing = isBodiless || _head.Length == 0 ? Framing.Done
            : _head.IsChunked ? Framing.Chunked
            : _head.Length > 0 ? Framing.Length
            : Framing.Close;

        // Kept, because the framing is done when the end has come, and whether that was a good end is asked afterwards.
        _endIsClose = _framing == Framing.Close;
    }

    /// <summary>Whether a byte of the body, or its end, is among what has arrived.</summary>
    private bool HasBody()
    {
        ReadOnlySpan<byte> arrived = _connection.Arrived[_headBytes..];
        if (_framing == Framing.Done)
            return true;
        if (_framing != Framing.Chunked)
            return !arrived.IsEmpty;

        // On a copy: nothing is taken.
        ChunkDecoder ahead = _chunks;
        return ahead.Step(ref arrived, out _) switch
        {
            ChunkStep.NeedMoreBytes => false,

            // Known while another target can still be asked.
            ChunkStep.Malformed => throw Malformed(),
            _ => true,
        };
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> window, CancellationToken stopped)
    {
        while (true)
        {
            int limit = _framing == Framing.Length ? (int)Math.Min(_left, window.Length) : window.Length;
            int received = await _connection.ReceiveAsync(window[..limit], stopped);
            if (received == 0)
            {
                if (_framing != Framing.Close)
                    throw new IOException("The connection ended before the answer's body did.");

                _framing = Framing.Done;
                _head.KeepAlive = false;
                return 0;
            }

            int body = Pass(window.Span[..received]);
            if (body > 0 || _framing == Framing.Done)
                return body;
        }
    }

    /// <summary>Takes the body out of what was read, in place.</summary>
    /// <returns>Bytes of body at its front.</returns>
    private int Pass(Span<byte> read)
    {
        switch (_framing)
        {
            case Framing.Length:
                _left -= read.Length;
                _framing = _left == 0 ? Framing.Done : Framing.Length;
                return read.Length;
            case Framing.Chunked:
                return Unchunk(read);
            default:
                return read.Length;
        }
    }

    private int Unchunk(Span<byte> read)
    {
        int body = 0;
        ReadOnlySpan<byte> input = read;
        while (true)
        {
            switch (_chunks.Step(ref input, out ReadOnlySpan<byte> payload))
            {
                case ChunkStep.Payload:
                    // Payload only ever moves towards the front, over what was taken already.
                    payload.CopyTo(read[body..]);
                    body += payload.Length;
                    break;
                case ChunkStep.NeedMoreBytes:
                    return body;
                case ChunkStep.End:
                    _framing = Framing.Done;
                    _head.KeepAlive &= input.IsEmpty;
                    return body;
                default:
                    throw new IOException("The answer's chunks are not in order.");
            }
        }
    }

    private void DropHead()
    {
        if (_headBytes > 0)
            _connection.Take(_headBytes);
        _headBytes = 0;
    }

    /// <summary>Sees whether an answer that nobody has read has arrived whole, so that its connection can go on.</summary>
    private void DropArrived()
    {
        Span<byte> arrived = _connection.Arrived;
        if (_framing == Framing.Length && arrived.Length >= _left)
        {
            _connection.Take((int)_left);
            _framing = Framing.Done;
        }
        else if (_framing == Framing.Chunked && !arrived.IsEmpty)
        {
            try
            {
                Unchunk(arrived);
            }
            catch (IOException)
            {
                // Not in order: then it is not done, and is closed.
            }

            _connection.Take(arrived.Length);
        }
    }

    /// <summary>Whoever reads the answer learns that the sending broke; nobody waits for it.</summary>
    private static Task Observe(Task sending)
    {
        _ = sending.ContinueWith(static broken => _ = broken.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return sending;
    }

    private static HttpRequestException Malformed() => new(HttpRequestError.InvalidResponse, "The answer is not valid HTTP.");
}

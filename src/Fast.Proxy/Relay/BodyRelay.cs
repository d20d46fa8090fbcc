using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Upstream;
using Fast.Wire.Http1;
using Fast.Wire.Sse;

namespace Fast.Proxy.Relay;

/// <summary>
/// Moves a body from the upstream to the caller: each read goes straight into the memory that is written from, and out at once. A slow
/// caller slows the upstream down, because nothing is read before what was read is taken. Of an event stream, the start of an event
/// that is not whole yet stays here until the rest comes: no client can use it before, and should the upstream die now, the caller
/// gets a stream that broke between two events, with ours as the last. One relay per connection, used again and again.
/// </summary>
internal sealed class BodyRelay
{
    /// <summary>Window for events as models stream them, in bytes.</summary>
    private const int SmallWindow = 2 * 1024;

    /// <summary>Window for bodies that fill the small one, in bytes.</summary>
    private const int LargeWindow = 32 * 1024;

    /// <summary>
    /// Longest piece of an unfinished event that is kept back, in bytes. Of a longer one the pieces go out as they come.
    /// </summary>
    private const int HeldBytesMax = 16 * 1024;

    /// <summary>
    /// A stream that lets so many milliseconds pass between two pieces holds no memory while its next one is waited for; the price is one
    /// more look at the socket.
    /// </summary>
    private const int SilentMs = 250;

    private Exchange _exchange = null!;
    private UpstreamResponse _response = null!;
    private AnswerFraming _framing;
    private SseCursor _events;
    private bool _isEventStream;
    private bool _isEncoded;
    private bool _endIsClose;
    private bool _broken;
    private bool _isSilent;
    private long _left;
    private byte[] _held = [];
    private int _heldLength;

    /// <summary>Events that have passed.</summary>
    public int Events => _events.Events;

    /// <summary>Whether the body is an event stream that another event can be put behind.</summary>
    public bool MayAddEvent => _isEventStream && !_isEncoded && _framing is AnswerFraming.Chunked or AnswerFraming.Close;

    /// <summary>Gets ready for the body of the exchange's answer, whose head was written and not yet flushed.</summary>
    public void Begin(Exchange exchange, AnswerFraming framing)
    {
        _exchange = exchange;
        _framing = framing;
        _response = exchange.Reply.Response!;
        _events = default;
        _broken = _isSilent = false;
        _left = framing == AnswerFraming.Length ? _response.Length : long.MaxValue;
        _isEventStream = _response.IsEventStream;
        _isEncoded = _response.IsEncoded;

        // Without a length or chunks the upstream's connection is the only mark of the end, and a crash looks the same.
        _endIsClose = _response.EndIsClose;
    }

    /// <summary>Moves the body to its end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Fault> RunAsync()
    {
        ConnectionKit kit = _exchange.Kit;
        PipeWriter output = _exchange.Output;
        int hint = SmallWindow;
        Turn turn = default;
        while (_framing != AnswerFraming.None)
        {
            Memory<byte> memory, window;
            int read;
            bool waited;
            try
            {
                kit.Deadline.Arm(Wait.BetweenTokens, _exchange.Route.Timeouts!.BetweenTokensMs);
                long asked = Environment.TickCount64;
                ValueTask waiting = _isSilent ? _response.WaitAsync(kit.Abort.Token) : default;
                waited = !waiting.IsCompleted;
                await waiting;
                memory = output.GetMemory(hint + _heldLength);
                window = WindowOf(memory)[_heldLength..];
                ValueTask<int> reading = _response.ReadAsync(window, kit.Abort.Token);
                waited |= !reading.IsCompleted;
                read = await reading;
                _isSilent = waited && Environment.TickCount64 - asked >= SilentMs;
            }
            catch (Exception failure) when (UpstreamFailure.IsExpected(failure))
            {
                return UpstreamFailure.InAnswer(kit);
            }

            if (read == 0)
                break;

            // More than was announced would be read as the next answer on the caller's connection.
            _left -= read;
            if (_left < 0)
                return Fault.UpstreamMalformed;

            hint = read == window.Length ? LargeWindow : SmallWindow;
            int ready = Pass(memory.Span, read);
            if (ready == 0)
                continue;

            output.Advance(ready);

            // The last bytes go out together with what ends the answer.
            if (_response.IsComplete)
                break;
            if (!await FlushAsync(output))
                return kit.Deadline.Fired == Wait.CallerToRead ? Fault.CallerStalled : Fault.CallerGone;
            if (turn.IsOver(waited, 1, read))
                await Task.Yield();
        }

        return Finish(output);
    }

    /// <summary>Gives back what is held, at the end of every exchange.</summary>
    public void Release()
    {
        if (_held.Length > 0)
            _exchange.Kit.Buffers.Return(_held);
        (_held, _heldLength) = ([], 0);
    }

    /// <summary>Puts an event of Fast's own behind what has gone out, wherever the upstream broke off.</summary>
    public void AddEvent(ReadOnlySpan<byte> anEvent)
    {
        if (_broken)
            Add(_events.AtLineStart ? "\n"u8 : "\n\n"u8);
        Add(anEvent);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Span<byte> memory = _exchange.Output.GetSpan(bytes.Length + ChunkFrame.PrefixBytes + ChunkFrame.SuffixBytes);
        bytes.CopyTo(_framing == AnswerFraming.Chunked ? memory[ChunkFrame.PrefixBytes..] : memory);
        _exchange.Output.Advance(_framing == AnswerFraming.Chunked ? ChunkFrame.Close(memory, bytes.Length) : bytes.Length);
    }

    /// <summary>The part of the memory that the upstream is read into: between the places of the chunk's frame.</summary>
    private Memory<byte> WindowOf(Memory<byte> memory)
    {
        if (_framing != AnswerFraming.Chunked)
            return memory;

        int payload = Math.Min(memory.Length - ChunkFrame.PrefixBytes - ChunkFrame.SuffixBytes, ChunkFrame.PayloadBytesMax);
        return memory.Slice(ChunkFrame.PrefixBytes, payload);
    }

    /// <summary>Lets what was read pass by, and frames what may go out of it.</summary>
    /// <param name="memory">The output's memory; what was read stands behind the frame's place and what is held.</param>
    /// <param name="read">Bytes read.</param>
    /// <returns>Bytes to hand over, the frame included.</returns>
    private int Pass(Span<byte> memory, int read)
    {
        Span<byte> payload = (_framing == AnswerFraming.Chunked ? memory[ChunkFrame.PrefixBytes..] : memory)[..(_heldLength + read)];
        int ready = payload.Length;
        if (_isEventStream && !_isEncoded)
        {
            _held.AsSpan(0, _heldLength).CopyTo(payload);
            ready = _events.Pass(payload[_heldLength..]) is > 0 and int whole ? _heldLength + whole : 0;
            _broken = payload.Length - ready > HeldBytesMax || (_broken && ready == 0);
            if (_broken)
                ready = payload.Length;
            Hold(payload[ready..]);
        }

        _exchange.Answer.Bytes += ready;
        return _framing == AnswerFraming.Chunked && ready > 0 ? ChunkFrame.Close(memory, ready) : ready;
    }

    private void Hold(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty && _heldLength == 0)
            return;

        if (_held.Length == 0)
            _held = _exchange.Kit.Buffers.Rent(HeldBytesMax);
        rest.CopyTo(_held);
        _heldLength = rest.Length;

        // A stream between two events holds none.
        if (_heldLength == 0)
            Release();
    }

    private ValueTask<bool> FlushAsync(PipeWriter output)
    {
        ValueTask<FlushResult> flush = output.FlushAsync();
        return flush.IsCompletedSuccessfully ? new(!flush.Result.IsCompleted) : WaitForCallerAsync(flush);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForCallerAsync(ValueTask<FlushResult> flush)
    {
        _exchange.Kit.Deadline.Arm(Wait.CallerToRead, _exchange.Kit.Limits.WriteTimeoutMs);
        FlushResult result = await flush;
        return !result.IsCompleted && _exchange.Kit.Deadline.Fired != Wait.CallerToRead;
    }

    private Fault Finish(PipeWriter output)
    {
        if (_isEventStream && !_isEncoded && _endIsClose && !IsWholeStream())
            return Fault.UpstreamDisconnected;
        if (_framing == AnswerFraming.Length && _left > 0)
            return Fault.UpstreamDisconnected;

        if (_heldLength > 0)
            Add(_held.AsSpan(0, _heldLength));
        if (_framing == AnswerFraming.Chunked)
            output.Write(ChunkFrame.Last);
        return Fault.None;
    }

    private bool IsWholeStream() =>
        _events.AtEventStart && (_events.SawDone || _exchange.Asked.Endpoint!.ErrorEvents != ErrorEventShape.ErrorMember);
}

using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Relay.Streams;
using Fast.Proxy.Upstream;
using Fast.Proxy.Waiting;
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

    /// <summary>The same where the stream is metered, because what is not whole cannot be read: the last event of a response holds all of it.</summary>
    private const int MeteredBytesMax = 4 * 1024 * 1024;

    /// <summary>Pieces in which long output goes out, in bytes.</summary>
    private const int PieceBytes = 16 * 1024;

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
    private bool _inHeld;
    private long _left;
    private byte[] _held = [];
    private int _heldLength;

    /// <summary>Events that have passed.</summary>
    public int Events => _events.Events;

    /// <summary>Whether the body is an event stream that another event can be put behind.</summary>
    public bool MayAddEvent => _isEventStream && !_isEncoded && _framing is AnswerFraming.Chunked or AnswerFraming.Close;

    /// <summary>Gets ready for the body of the exchange's answer, whose head was written and not yet flushed.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="framing">How the body's end is told.</param>
    public void Begin(Exchange exchange, AnswerFraming framing)
    {
        _exchange = exchange;
        _framing = framing;
        _response = exchange.Reply.Response!;
        _events = default;
        _broken = _isSilent = false;
        _left = _response.Length >= 0 ? _response.Length : long.MaxValue;
        _isEventStream = _response.IsEventStream;
        _isEncoded = _response.IsEncoded;

        exchange.Kit.Meter.Begin(exchange, MayAddEvent && _response.Status is >= 200 and < 300);

        // Without a length or chunks the upstream's connection is the only mark of the end, and a crash looks the same.
        _endIsClose = _response.EndIsClose;
    }

    /// <summary>Moves the body to its end.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    public async ValueTask<Fault> RunAsync()
    {
        ConnectionKit kit = _exchange.Kit;
        PipeWriter output = _exchange.Output;
        int hint = SmallWindow;
        Turn turn = default;
        if (!kit.Held.Bytes.IsEmpty)
            PassHeld(kit.Held, output);
        while (_framing != AnswerFraming.None && !kit.Held.IsWhole)
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
                window = WindowFor(output, hint, out memory);
                ValueTask<int> reading = _response.ReadAsync(window, kit.Abort.Token);
                waited |= !reading.IsCompleted;
                read = await reading;
                _isSilent = waited && Environment.TickCount64 - asked >= SilentMs;
            }
            catch (Exception failure) when (UpstreamFailure.IsExpected(failure))
            {
                return UpstreamFailure.InAnswer(kit);
            }

            if (kit.Meter.KeepsMuch)
                await Task.Yield();
            if (read == 0)
                break;

            // More than was announced would be read as the next answer on the caller's connection.
            _left -= read;
            if (_left < 0)
                return Fault.UpstreamMalformed;

            hint = read == window.Length ? LargeWindow : SmallWindow;
            (int whole, int from, int to) = (WholeOf(memory.Span, read), 0, 0);
            while (!TryListen(memory.Span, whole, ref from, ref to))
                await LeaseAsync();
            int ready = Emit(memory.Span, to, output);
            if (_inHeld)
                KeepBehind(whole);

            // The last bytes go out together with what ends the answer.
            if (_response.IsComplete || kit.Meter.IsCut)
                break;
            if (ready > 0 && !await FlushAsync(output))
                return UpstreamFailure.OfCaller(kit);
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
        for (; bytes.Length > PieceBytes; bytes = bytes[PieceBytes..])
            AddPiece(bytes[..PieceBytes]);
        AddPiece(bytes);
    }

    private void AddPiece(ReadOnlySpan<byte> bytes)
    {
        Span<byte> memory = _exchange.Output.GetSpan(bytes.Length + ChunkFrame.PrefixBytes + ChunkFrame.SuffixBytes);
        bytes.CopyTo(_framing == AnswerFraming.Chunked ? memory[ChunkFrame.PrefixBytes..] : memory);
        _exchange.Output.Advance(_framing == AnswerFraming.Chunked ? ChunkFrame.Close(memory, bytes.Length) : bytes.Length);
    }

    /// <summary>
    /// What the upstream is read into: the output's memory, behind what is held; or, where an event has become long, what is held itself, so
    /// that it is not copied with each read.
    /// </summary>
    private Memory<byte> WindowFor(PipeWriter output, int hint, out Memory<byte> memory)
    {
        _inHeld = _exchange.Kit.Meter.IsActive && _heldLength > HeldBytesMax / 2;
        if (!_inHeld)
        {
            memory = output.GetMemory(hint + _heldLength);
            return WindowOf(memory)[_heldLength..];
        }

        if (_held.Length - _heldLength < PieceBytes)
            GrowHeld(_heldLength * 2);
        memory = _held;
        return memory[_heldLength..];
    }

    /// <summary>The part of the memory that the upstream is read into: between the places of the chunk's frame.</summary>
    private Memory<byte> WindowOf(Memory<byte> memory)
    {
        if (_framing != AnswerFraming.Chunked)
            return memory;

        int payload = Math.Min(memory.Length - ChunkFrame.PrefixBytes - ChunkFrame.SuffixBytes, ChunkFrame.PayloadBytesMax);
        return memory.Slice(ChunkFrame.PrefixBytes, payload);
    }

    /// <summary>Where the body stands in the output's memory: behind the place of the chunk's frame.</summary>
    private Span<byte> PayloadOf(Span<byte> memory) => _framing == AnswerFraming.Chunked && !_inHeld ? memory[ChunkFrame.PrefixBytes..] : memory;

    /// <summary>Lets what was read pass by, and keeps back what is not whole.</summary>
    /// <param name="memory">The output's memory; what was read stands behind the frame's place and what is held.</param>
    /// <param name="read">Bytes read.</param>
    /// <returns>Bytes of the body that may go out.</returns>
    private int WholeOf(Span<byte> memory, int read)
    {
        Span<byte> payload = PayloadOf(memory)[..(_heldLength + read)];
        int ready = payload.Length;
        if (_isEventStream && !_isEncoded)
        {
            if (!_inHeld)
                _held.AsSpan(0, _heldLength).CopyTo(payload);
            ready = _events.Pass(payload[_heldLength..]) is > 0 and int whole ? _heldLength + whole : 0;
            int rest = payload.Length - ready;
            _broken = (_exchange.Kit.Meter.IsActive ? rest > MeteredBytesMax : rest > HeldBytesMax) || (_broken && ready == 0);
            if (_broken)
                ready = payload.Length;
            if (_inHeld)
                _heldLength = payload.Length;
            else
                Hold(payload[ready..]);
        }
        else
        {
            _exchange.Kit.Held.Follow(payload, _exchange.Kit);
        }

        return ready;
    }

    /// <summary>Lets the meter listen to whole events; without one everything passes as it is.</summary>
    /// <returns>False when an account has to be leased more of its budget before the rest can pass.</returns>
    private bool TryListen(Span<byte> memory, int whole, ref int from, ref int to)
    {
        StreamMeter meter = _exchange.Kit.Meter;
        if (meter.IsActive)
            return meter.TryPass(PayloadOf(memory)[..whole], ref from, ref to);

        to = whole;
        return true;
    }

    /// <summary>Hands over what may go out: from the memory it was read into, and what the meter puts behind it.</summary>
    /// <returns>Bytes handed over.</returns>
    private int Emit(Span<byte> memory, int ready, PipeWriter output)
    {
        _exchange.Answer.Bytes += ready;
        int bytes = ready;
        if (_inHeld && ready > 0)
        {
            Add(memory[..ready]);
        }
        else if (!_inHeld)
        {
            bytes = _framing == AnswerFraming.Chunked && ready > 0 ? ChunkFrame.Close(memory, ready) : ready;
            output.Advance(bytes);
        }

        StreamMeter meter = _exchange.Kit.Meter;
        if (!meter.IsActive || meter.Output.IsEmpty)
            return bytes;

        bytes += meter.Output.Length;
        _exchange.Answer.Bytes += meter.Output.Length;
        Add(meter.Output);
        meter.ClearOutput();
        return bytes;
    }

    /// <summary>Passes on what was read before the head was written.</summary>
    private void PassHeld(HeldAnswer held, PipeWriter output)
    {
        ReadOnlySpan<byte> bytes = held.Bytes;
        _left -= bytes.Length;
        _exchange.Answer.Bytes += bytes.Length;
        if (_framing is AnswerFraming.Length or AnswerFraming.Close)
            output.Write(bytes);
        for (int at = 0; _framing == AnswerFraming.Chunked && at < bytes.Length; at += SmallWindow)
            Add(bytes[at..Math.Min(at + SmallWindow, bytes.Length)]);
    }

    /// <summary>Leases more of the budget that has run short. A stream that cannot be paid for because nobody writes it down is cut.</summary>
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    private async ValueTask LeaseAsync()
    {
        BudgetHold budgets = _exchange.Kit.Reservation.Budgets;
        if (!await _exchange.Snapshot.Ledger.LeaseAsync(budgets.Refused!, budgets.Needed))
            _exchange.Kit.Meter.Cut(null, FaultTable.Of(Fault.LedgerUnavailable).Code);
    }

    /// <summary>What was whole of a long event has gone out; the rest moves to the front.</summary>
    private void KeepBehind(int whole)
    {
        _held.AsSpan(whole, _heldLength - whole).CopyTo(_held);
        _heldLength -= whole;
        if (_heldLength == 0)
            Release();
    }

    private void GrowHeld(int bytes)
    {
        byte[] larger = _exchange.Kit.Buffers.Rent(bytes);
        _held.AsSpan(0, _heldLength).CopyTo(larger);
        if (_held.Length > 0)
            _exchange.Kit.Buffers.Return(_held);
        _held = larger;
    }

    private void Hold(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty && _heldLength == 0)
            return;

        if (_held.Length < rest.Length)
            GrowHeld(Math.Max(HeldBytesMax, rest.Length));
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

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<bool> WaitForCallerAsync(ValueTask<FlushResult> flush)
    {
        _exchange.Kit.Deadline.Arm(Wait.CallerToRead, _exchange.Kit.Limits.WriteTimeoutMs);
        FlushResult result = await flush;
        return !result.IsCompleted && _exchange.Kit.Deadline.Fired != Wait.CallerToRead;
    }

    private Fault Finish(PipeWriter output)
    {
        if (_exchange.Kit.Meter.IsCut)
        {
            // What the provider still has to say is not heard; closing tells it so.
            _heldLength = 0;
            if (!_response.IsComplete)
                _response.Dispose();
            if (_framing == AnswerFraming.Chunked)
                output.Write(ChunkFrame.Last);
            return Fault.None;
        }

        if (_isEventStream && !_isEncoded && _endIsClose && !IsWholeStream())
            return Fault.UpstreamDisconnected;
        if (_response.Length >= 0 && _left > 0 && !_exchange.Kit.Held.IsWhole && _framing != AnswerFraming.None)
            return Fault.UpstreamDisconnected;

        if (_exchange.Kit.Meter.IsActive)
            EndMetered();
        else if (_heldLength > 0)
            Add(_held.AsSpan(0, _heldLength));
        if (_framing == AnswerFraming.Chunked)
            output.Write(ChunkFrame.Last);
        return Fault.None;
    }

    /// <summary>The last event of a stream may lack the empty line behind it (WHATWG HTML 9.2.6 drops it; the vendors' SDKs do not).</summary>
    private void EndMetered()
    {
        StreamMeter meter = _exchange.Kit.Meter;
        (int from, int to) = (0, 0);
        if (!meter.TryPass(_held.AsSpan(0, _heldLength), ref from, ref to))
            meter.Cut(null, FaultTable.Of(Fault.LedgerUnavailable).Code);
        meter.End();
        if (to > 0)
            Add(_held.AsSpan(0, to));
        if (!meter.Output.IsEmpty)
            Add(meter.Output);
        _exchange.Answer.Bytes += to + meter.Output.Length;
    }

    private bool IsWholeStream() =>
        _events.AtEventStart && (_events.SawDone || _exchange.Asked.Endpoint!.ErrorEvents != ErrorEventShape.ErrorMember);
}

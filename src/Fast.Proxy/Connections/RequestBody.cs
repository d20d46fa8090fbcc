using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Sockets;
using Fast.Proxy.Waiting;
using Fast.Wire.Http1;

namespace Fast.Proxy.Connections;

/// <summary>
/// A request's body: read whole into one pooled buffer, because routing needs the model's name, which may come last, and because the
/// next target gets the same bytes. Memory grows with what has arrived, never with what was announced.
/// </summary>
public sealed class RequestBody
{
    /// <summary>First buffer for a body whose length is not known, in bytes.</summary>
    private const int FirstBytes = 4 * 1024;

    /// <summary>Most that a body with an announced length gets before it has arrived, in bytes.</summary>
    private const int TrustedBytesMax = 64 * 1024;

    /// <summary>Up to this size a body whose first bytes have arrived gets sixteen times what has, in bytes: most are copied once at most.</summary>
    private const int GrownAtOnceBytesMax = 1024 * 1024;

    /// <summary>Longest unread rest of a body that is read away to keep a connection; a longer one closes it.</summary>
    public const int DrainBytesMax = 256 * 1024;

    private readonly PipeReader _input;
    private readonly CallerReader? _straight;
    private readonly ConnectionKit _kit;
    private byte[] _buffer = [];
    private int _length;
    private long _left;
    private BodyFraming _framing;
    private ChunkDecoder _chunks;
    private bool _discard;
    private bool _abandoned;
    private bool _isScanned;
    private TextSigns _signs;

    internal RequestBody(PipeReader input, ConnectionKit kit)
    {
        _input = input;
        _straight = input as CallerReader;
        _kit = kit;
    }

    /// <summary>The body, once it was read.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>The signs in the body of what policies look for; looked for once.</summary>
    internal TextSigns Signs
    {
        get
        {
            if (!_isScanned)
                (_signs, _isScanned) = (TextScan.Of(_buffer.AsSpan(0, _length)), true);
            return _signs;
        }
    }

    /// <summary>Whether the caller still has bytes of the body to send.</summary>
    public bool Unread => _framing != BodyFraming.None;

    /// <summary>Whether the rest can be received into the buffer, because the input has no more of it.</summary>
    private bool IsStraight => _framing == BodyFraming.Length && !_discard && _straight is { IsEmpty: true };

    /// <summary>Whether an unread rest is short enough to be read away.</summary>
    public bool IsDrainable => _framing == BodyFraming.None || (_framing == BodyFraming.Length && _left <= DrainBytesMax);

    /// <summary>Gets ready for the body that a head announces.</summary>
    internal void Begin(RequestHead head)
    {
        Release();
        _framing = head.Framing;
        _left = head.ContentLength;
        _chunks = default;
        _discard = false;
    }

    /// <summary>Reads the body to its end. The wait is the first of an exchange's three.</summary>
    internal ValueTask<Fault> ReadAsync()
    {
        if (_framing == BodyFraming.None)
            return new(Fault.None);
        return _framing == BodyFraming.Length && _left > _kit.Limits.BodyBytesMax ? new(Fault.BodyTooLarge) : ReadOnAsync();
    }

    /// <summary>Takes pieces out of the body that was read.</summary>
    internal void Cut(ReadOnlySpan<ByteRange> cuts)
    {
        _length = ByteCuts.Remove(_buffer.AsSpan(0, _length), cuts);
        _isScanned = false;
    }

    /// <summary>Reads an unread rest away, so that the next request on the connection can be read.</summary>
    internal ValueTask<Fault> DrainAsync()
    {
        Release();
        _discard = true;
        return Unread ? ReadOnAsync() : new(Fault.None);
    }

    /// <summary>Gives the buffer back.</summary>
    internal void Release()
    {
        if (_buffer.Length > 0)
        {
            _kit.Bodies.Return(_buffer.Length);
            if (_abandoned)
                _kit.Buffers.Abandon();
            else
                _kit.Buffers.Return(_buffer);
        }

        _buffer = [];
        _length = 0;
        _abandoned = _isScanned = false;
    }

    /// <summary>Somebody may still read the buffer: it is left to the garbage collector and never used for another body.</summary>
    internal void Abandon() => _abandoned = true;

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<Fault> ReadOnAsync()
    {
        long begun = Environment.TickCount64;
        long received = 0;
        Turn turn = default;
        while (Unread)
        {
            // A caller that sends on earns time; one that drips does not.
            long patience = _kit.Limits.BodyTimeoutMs + (received * 1000 / ServerLimits.BodyBytesPerSecondMin);
            _kit.Deadline.Arm(Wait.Body, begun + patience - Environment.TickCount64);
            Step step;
            bool waited;
            try
            {
                ValueTask<Step> stepping = IsStraight ? ReceiveAsync() : TakeAsync();
                waited = !stepping.IsCompleted;
                step = await stepping;
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException)
            {
                return Fault.CallerGone;
            }

            if (_kit.Deadline.Disarm() != Wait.Nothing)
                return Fault.BodyTimeout;
            if (_kit.IsStopping)
                return Fault.GatewayStopping;
            if (step.Fault != Fault.None)
                return step.Fault;
            if (step.IsEnd && Unread)
                return Fault.CallerGone;
            received += step.Bytes;
            if (turn.IsOver(waited, 1, step.Bytes) && Unread)
                await Task.Yield();
        }

        return Fault.None;
    }

    /// <summary>Takes what has arrived out of the input.</summary>
    private ValueTask<Step> TakeAsync()
    {
        ValueTask<ReadResult> reading = _input.ReadAsync();
        return reading.IsCompletedSuccessfully ? new(Take(reading.Result)) : TakeAsync(reading);
    }

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<Step> TakeAsync(ValueTask<ReadResult> reading) => Take(await reading);

    private Step Take(in ReadResult read)
    {
        Fault fault = Take(read.Buffer, out SequencePosition consumed);
        int taken = (int)read.Buffer.Slice(0, consumed).Length;
        _input.AdvanceTo(consumed);
        return new Step(taken, fault, read.IsCompleted);
    }

    /// <summary>Receives into the buffer itself: nothing is copied from one to the other.</summary>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<Step> ReceiveAsync()
    {
        if (_length == _buffer.Length && !TryGrow(_length + 1))
            return new Step(0, Fault.BodiesFull, IsEnd: false);

        int received = await _straight!.ReceiveAsync(_buffer.AsMemory(_length, (int)Math.Min(_left, _buffer.Length - _length)));
        if (received == 0)
            return new Step(0, Fault.None, IsEnd: !_straight.TakeInterrupt());

        _length += received;
        _left -= received;
        if (_left == 0)
            _framing = BodyFraming.None;
        return new Step(received, Fault.None, IsEnd: false);
    }

    private Fault Take(ReadOnlySequence<byte> arrived, out SequencePosition consumed)
    {
        long offset = 0;
        Fault fault = Fault.None;
        foreach (ReadOnlyMemory<byte> segment in arrived)
        {
            ReadOnlySpan<byte> bytes = segment.Span;
            fault = _framing == BodyFraming.Length ? TakeLength(ref bytes) : TakeChunks(ref bytes);
            offset += segment.Length - bytes.Length;
            if (fault != Fault.None || !Unread)
                break;
        }

        consumed = arrived.GetPosition(offset);
        return fault;
    }

    private Fault TakeLength(ref ReadOnlySpan<byte> bytes)
    {
        int take = (int)Math.Min(_left, bytes.Length);
        Fault fault = Append(bytes[..take]);
        bytes = bytes[take..];
        _left -= take;
        if (_left == 0)
            _framing = BodyFraming.None;
        return fault;
    }

    private Fault TakeChunks(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            switch (_chunks.Step(ref bytes, out ReadOnlySpan<byte> payload))
            {
                case ChunkStep.NeedMoreBytes:
                    return Fault.None;
                case ChunkStep.End:
                    _framing = BodyFraming.None;
                    return Fault.None;
                case ChunkStep.Malformed:
                    return Fault.MalformedFraming;
                case ChunkStep.Payload when Append(payload) is not Fault.None and Fault fault:
                    return fault;
                default:
                    break;
            }
        }
    }

    private Fault Append(ReadOnlySpan<byte> bytes)
    {
        if (_discard)
            return Fault.None;
        if (bytes.Length > _kit.Limits.BodyBytesMax - _length)
            return Fault.BodyTooLarge;
        if (bytes.Length > _buffer.Length - _length && !TryGrow(_length + bytes.Length))
            return Fault.BodiesFull;

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return Fault.None;
    }

    private bool TryGrow(int need)
    {
        long announced = _framing == BodyFraming.Length ? _length + _left : FirstBytes;
        long grown = Math.Max(_length * 4L, Math.Min(_length * 16L, GrownAtOnceBytesMax));
        long wanted = Math.Max(need, Math.Max(Math.Min(announced, TrustedBytesMax), Math.Min(grown, announced)));
        if (_framing == BodyFraming.Chunked)
            wanted = Math.Max(wanted, Math.Min(_length * 2L, _kit.Limits.BodyBytesMax));

        byte[] larger = _kit.Buffers.Rent((int)wanted);
        if (!_kit.Bodies.TryTake(larger.Length))
        {
            _kit.Buffers.Return(larger);
            return false;
        }

        int length = _length;
        _buffer.AsSpan(0, length).CopyTo(larger);
        Release();
        (_buffer, _length) = (larger, length);
        return true;
    }

    /// <summary>What one look at the input has brought.</summary>
    private readonly record struct Step(int Bytes, Fault Fault, bool IsEnd);
}

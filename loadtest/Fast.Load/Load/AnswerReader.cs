using System;

namespace Fast.Load.Load;

/// <summary>
/// Reads one answer after another from the bytes of a connection, however they are cut, and holds each against what it must be.
/// </summary>
internal sealed class AnswerReader
{
    // Beyond any of these an answer is wrong.
    private const int HeadBytesMax = 64 * 1024;
    private const int InterimMax = 8;
    private const int LineBytesMax = 1024;
    private const int TrailerBytesMax = 16 * 1024;
    private const long BodyBytesMax = 4L * 1024 * 1024 * 1024;

    private readonly AnswerCheck _check;
    private readonly bool _isStream;
    private readonly TextProbe? _probe;
    private readonly IAnswerSink? _sink;
    private readonly string _wrongText;
    private byte[] _head = new byte[1024];
    private int _headBytes;
    private Part _part;
    private long _left;
    private int _lineBytes;
    private int _trailerBytes;
    private int _interims;
    private bool _hasDigits;
    private bool _isInExtension;
    private EventCounter _counter;
    private long _lastEventNs;
    private Histogram? _gaps;

    public AnswerReader(AnswerCheck check, bool isStream, IAnswerSink? sink = null)
    {
        _sink = sink;
        _check = check;
        _isStream = isStream;
        _probe = check.MustContain is { Length: > 0 } text ? new TextProbe(text) : null;
        _wrongText = $"body without '{check.MustContain}'";
    }

    public bool IsDone => _part == Part.Done;

    /// <summary>True when all of the answer is there, right or wrong.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why the answer is wrong; null when it is right or not finished.</summary>
    public string? Failure { get; private set; }

    /// <summary>True when the connection may carry the next request.</summary>
    public bool KeepsAlive { get; private set; }

    public int Status { get; private set; }

    public long BodyBytes { get; private set; }

    public int Events { get; private set; }

    /// <summary>When the first byte of the body, or the first event of a stream, came; zero before it.</summary>
    public long FirstNs { get; private set; }

    /// <summary>Gets ready for the next answer. Gaps between events go into that histogram.</summary>
    public void Begin(Histogram? gaps)
    {
        _gaps = gaps;
        _headBytes = _lineBytes = _trailerBytes = _interims = 0;
        _part = Part.Head;
        _counter = default;
        _probe?.Begin();
        Failure = null;
        KeepsAlive = true;
        IsWhole = false;
        Status = Events = 0;
        BodyBytes = FirstNs = 0;
    }

    /// <summary>Takes what was received at that time.</summary>
    public void Read(ReadOnlySpan<byte> bytes, long nowNs)
    {
        while (!bytes.IsEmpty && _part != Part.Done)
        {
            int taken = _part switch
            {
                Part.Head => ReadHead(bytes, nowNs),
                Part.Length or Part.Chunk => ReadBody(bytes, nowNs),
                Part.ChunkLine => ReadChunkLine(bytes),
                Part.ChunkEnd => ReadChunkEnd(bytes),
                Part.Trailer => ReadTrailer(bytes),
                _ => ReadToEnd(bytes, nowNs),
            };
            bytes = bytes[taken..];
        }
        if (!bytes.IsEmpty && Failure is null)
            Fail("bytes after the answer");
    }

    /// <summary>The connection has ended, in order or with those words for its error.</summary>
    public void End(string? error)
    {
        if (IsDone)
            return;
        if (_part == Part.UntilClose && error is null)
            Finish();
        else
            Fail((_headBytes == 0 && _part == Part.Head ? "no answer: " : "half an answer: ") + (error ?? "closed"));
        KeepsAlive = false;
    }

    private int ReadHead(ReadOnlySpan<byte> bytes, long nowNs)
    {
        int whole = _headBytes > 0 ? -1 : bytes[..Math.Min(bytes.Length, HeadBytesMax)].IndexOf("\r\n\r\n"u8);
        if (whole >= 0)
        {
            _headBytes = whole + 4;
            TakeHead(bytes[.._headBytes], nowNs);
            return whole + 4;
        }
        // Three bytes of the end may have come before.
        int from = Math.Max(0, _headBytes - 3);
        int room = Math.Min(bytes.Length, HeadBytesMax - _headBytes);
        if (_headBytes + room > _head.Length)
            Array.Resize(ref _head, Math.Min(HeadBytesMax, Math.Max(2 * _head.Length, _headBytes + room)));
        bytes[..room].CopyTo(_head.AsSpan(_headBytes));
        int end = _head.AsSpan(from, _headBytes + room - from).IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            _headBytes += room;
            if (_headBytes >= HeadBytesMax)
                Fail("head too long");
            return room;
        }
        int length = from + end + 4;
        int taken = length - _headBytes;
        _headBytes = length;
        TakeHead(_head.AsSpan(0, length), nowNs);
        return taken;
    }

    private void TakeHead(ReadOnlySpan<byte> head, long nowNs)
    {
        if (!AnswerHead.TryParse(head, out AnswerHead parsed))
        {
            Fail("not HTTP/1.1");
            return;
        }
        if (parsed.Status is >= 100 and < 200)
        {
            _headBytes = 0;
            if (++_interims > InterimMax)
                Fail("too many interim answers");
            return;
        }
        Status = parsed.Status;
        KeepsAlive = parsed.KeepsAlive;
        _left = parsed.Length;
        _sink?.TakeHead(head, parsed.Status);
        if (parsed.Status is 204 or 304 || (parsed.Length == 0 && !parsed.IsChunked))
        {
            FirstNs = nowNs;
            Finish();
        }
        else if (parsed.Length > BodyBytesMax)
            Fail("body too long");
        else if (parsed.IsChunked)
            BeginChunk();
        else if (parsed.Length > 0)
            _part = Part.Length;
        else
        {
            KeepsAlive = false;
            _part = Part.UntilClose;
        }
    }

    private int ReadBody(ReadOnlySpan<byte> bytes, long nowNs)
    {
        int taken = (int)Math.Min(bytes.Length, _left);
        TakeBody(bytes[..taken], nowNs);
        _left -= taken;
        if (_left > 0 || _part == Part.Done)
            return taken;
        if (_part == Part.Length)
            Finish();
        else
        {
            _lineBytes = 0;
            _part = Part.ChunkEnd;
        }
        return taken;
    }

    private int ReadToEnd(ReadOnlySpan<byte> bytes, long nowNs)
    {
        TakeBody(bytes, nowNs);
        return bytes.Length;
    }

    private void TakeBody(ReadOnlySpan<byte> piece, long nowNs)
    {
        BodyBytes += piece.Length;
        if (BodyBytes > BodyBytesMax)
        {
            Fail("body too long");
            return;
        }
        _probe?.Read(piece);
        _sink?.TakeBody(piece);
        if (!_isStream)
        {
            if (FirstNs == 0)
                FirstNs = nowNs;
            return;
        }
        int events = _counter.Read(piece);
        if (events == 0)
            return;
        if (FirstNs == 0)
            FirstNs = nowNs;
        else
            _gaps?.Record(nowNs - _lastEventNs);
        // Those that came in one piece have no time between them.
        _gaps?.RecordMany(0, events - 1);
        _lastEventNs = nowNs;
        Events += events;
    }

    private void BeginChunk()
    {
        _left = _lineBytes = 0;
        _hasDigits = _isInExtension = false;
        _part = Part.ChunkLine;
    }

    private int ReadChunkLine(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at++)
        {
            byte one = bytes[at];
            if (++_lineBytes > LineBytesMax)
                return FailChunk(bytes);
            if (one == (byte)'\n')
            {
                if (!_hasDigits)
                    return FailChunk(bytes);
                _lineBytes = 0;
                _part = _left == 0 ? Part.Trailer : Part.Chunk;
                return at + 1;
            }
            if (one is (byte)';' or (byte)' ' or (byte)'\r')
                _isInExtension = true;
            else if (!_isInExtension)
            {
                if (!char.IsAsciiHexDigit((char)one) || _left > BodyBytesMax)
                    return FailChunk(bytes);
                _left = _left * 16 + (one <= (byte)'9' ? one - '0' : (one | 0x20) - 'a' + 10);
                _hasDigits = true;
            }
        }
        return bytes.Length;
    }

    private int ReadChunkEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != "\r\n"u8[_lineBytes])
            return FailChunk(bytes);
        if (++_lineBytes == 2)
            BeginChunk();
        return 1;
    }

    /// <summary>Lines up to an empty one.</summary>
    private int ReadTrailer(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at++)
        {
            if (++_trailerBytes > TrailerBytesMax)
                return FailChunk(bytes);
            if (bytes[at] == (byte)'\r')
                continue;
            if (bytes[at] != (byte)'\n')
            {
                _lineBytes++;
                continue;
            }
            if (_lineBytes == 0)
            {
                Finish();
                return at + 1;
            }
            _lineBytes = 0;
        }
        return bytes.Length;
    }

    private int FailChunk(ReadOnlySpan<byte> bytes)
    {
        Fail("broken chunks");
        return bytes.Length;
    }

    private void Finish()
    {
        _part = Part.Done;
        IsWhole = true;
        if (Status != _check.Status)
            Failure = StatusFailures.Of(Status);
        else if (BodyBytes < _check.BodyBytesMin)
            Failure = "body too short";
        else if (_isStream && Events < _check.EventsMin)
            Failure = "too few events";
        else if (_probe is { IsFound: false })
            Failure = _wrongText;
    }

    private void Fail(string reason)
    {
        Failure = reason;
        KeepsAlive = false;
        _part = Part.Done;
    }

    private enum Part
    {
        Done,
        Head,
        Length,
        ChunkLine,
        Chunk,
        ChunkEnd,
        Trailer,
        UntilClose,
    }
}

/// <summary>Is shown what an answer is made of, as it comes.</summary>
internal interface IAnswerSink
{
    /// <summary>The head of the answer, with the blank line that ends it.</summary>
    void TakeHead(ReadOnlySpan<byte> head, int status);

    /// <summary>The next piece of its body, without the frame of chunks.</summary>
    void TakeBody(ReadOnlySpan<byte> piece);
}

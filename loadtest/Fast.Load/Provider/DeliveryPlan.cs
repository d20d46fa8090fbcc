using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Fast.Load.Provider.Renders;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider;

/// <summary>How one answer goes out under a script: its head, its pieces, and its end.</summary>
internal sealed class DeliveryPlan
{
    private const int EndlessEventsMax = 100_000;
    private const int EventsBeforeCut = 3;
    private const int HeadersMany = 80;

    private readonly Answer _answer;
    private readonly Script _script;
    private readonly bool _isHttp10;
    private readonly bool _endsConnection;
    private readonly int _wholeBytes;
    private readonly byte[] _headStart;
    private readonly List<byte[]> _wires;
    private List<byte[]> _pieces;

    public DeliveryPlan(Answer answer, Script script, bool isHttp10, bool endsConnection)
    {
        _answer = answer;
        _script = script;
        _isHttp10 = isHttp10;
        _endsConnection = endsConnection;
        _pieces = answer.Events is { } events ? [.. events] : [answer.Body];
        WholeEvents = int.MaxValue;
        if (answer.Events is null)
            PlanBody();
        else
            PlanEvents();
        _wholeBytes = _pieces.Sum(static piece => piece.Length);
        if (script.Gzip && !(script.Endless && IsStream))
        {
            Compress();
            _wholeBytes = _pieces.Sum(static piece => piece.Length);
        }
        // Cut last: the length that the head announces is that of the whole.
        if (!IsStream && IsCut)
            _pieces[0] = _pieces[0][..(_pieces[0].Length / 2)];
        Framing = FramingOf();
        Ending = EndingOf();
        _headStart = HeadStart();
        _wires = Framing == Framing.Chunked ? [.. _pieces.Select(static piece => Answer.Chunk(piece))] : _pieces;
    }

    public bool IsStream => _answer.Events is not null;

    public Framing Framing { get; }

    public Ending Ending { get; }

    public int Count => _answer.IsEndless ? EndlessEventsMax : _pieces.Count;

    /// <summary>How many pieces are events with their end.</summary>
    public int WholeEvents { get; private set; }

    /// <summary>Piece by number. An endless stream repeats all of its events but the first.</summary>
    public byte[] Piece(int index) => _pieces[IndexOf(index)];

    /// <summary>A piece with the frame of its chunk, where there are chunks.</summary>
    public byte[] Wire(int index) => _wires[IndexOf(index)];

    /// <summary>How many tokens a stream has sent with so many of its pieces.</summary>
    public long TokensAfter(int pieces) => _answer.TokensAfter(pieces);

    public byte[] Head(long number)
    {
        return [.. _headStart, .. Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), .. "\r\n\r\n"u8];
    }

    /// <summary>True when the peer gets less than the whole.</summary>
    public bool IsCut => _script.DropAfter >= 0 || _script.DropMidEvent || _script.CloseDelimitedCut;

    private int IndexOf(int index) => index < _pieces.Count ? index : 1 + (index - 1) % (_pieces.Count - 1);

    private byte[] HeadStart()
    {
        StringBuilder head = new();
        if (_script.Informational)
            head.Append("HTTP/1.1 103 Early Hints\r\nlink: </tok0>; rel=preload\r\n\r\n");
        head.Append(_answer.HeadStart);
        if (Framing == Framing.Length)
            head.Append($"content-length: {_wholeBytes}\r\n");
        else if (Framing == Framing.Chunked)
            head.Append("transfer-encoding: chunked\r\n");
        if (Ending == Ending.Close)
            head.Append("connection: close\r\n");
        if (_script.Gzip)
            head.Append("content-encoding: gzip\r\n");
        if (_script.Cookie)
            head.Append("set-cookie: __cf_bm=tok0; path=/\r\nalt-svc: h3=\":443\"\r\nstrict-transport-security: max-age=31536000\r\n");
        for (int many = 0; _script.HeadersMany && many < HeadersMany; many++)
            head.Append($"x-many-{many}: tok{many}\r\n");
        return Encoding.ASCII.GetBytes(head.Append("x-request-id: req_fake_").ToString());
    }

    private void PlanBody()
    {
        if (_script.MalformedJson)
            _pieces[0] = [.. _pieces[0][..(_pieces[0].Length / 2)], .. "]]"u8];
    }

    private void PlanEvents()
    {
        if (_script.ErrorEvent)
            _pieces = [RenderText.Event(ErrorRender.Json("server_error", "internal_error", "The server had an error.")), _pieces[^1]];
        if (_script.MalformedJson)
            _pieces[Math.Min(2, _pieces.Count - 1)] = RenderText.Event("{\"id\":\"chatcmpl-fake\",\"choices\":[{");
        if (_script.EofNoDone)
            _pieces.RemoveAt(_pieces.Count - 1);
        CutEvents();
        if (_script.Comments)
            _pieces = [.. _pieces.Select(static piece => (byte[])[.. ": keep-alive\n\n"u8, .. piece])];
        if (_script.Crlf)
            _pieces = [.. _pieces.Select(static piece => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(piece).Replace("\n", "\r\n")))];
    }

    private void CutEvents()
    {
        if (_script.DropAfter >= 0)
            _pieces = [.. _pieces.Take(_script.DropAfter)];
        if (_script.CloseDelimitedCut)
            _pieces = [.. _pieces.Take(EventsBeforeCut)];
        if (!_script.DropMidEvent)
            return;
        _pieces = [.. _pieces.Take(EventsBeforeCut + 1)];
        WholeEvents = _pieces.Count - 1;
        _pieces[^1] = _pieces[^1][..(_pieces[^1].Length / 2)];
    }

    /// <summary>One gzip stream over all pieces, flushed after each so that every event can be read when it arrives.</summary>
    private void Compress()
    {
        using MemoryStream target = new();
        List<byte[]> compressed = [];
        using (GZipStream gzip = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (byte[] piece in _pieces)
            {
                gzip.Write(piece);
                gzip.Flush();
                compressed.Add(TakeWritten(target));
            }
        }
        if (!IsStream)
            compressed[0] = [.. compressed[0], .. TakeWritten(target)];
        else if (!IsCut)
            compressed.Add(TakeWritten(target));
        WholeEvents = Math.Min(WholeEvents, _pieces.Count);
        _pieces = compressed;
    }

    private static byte[] TakeWritten(MemoryStream target)
    {
        byte[] written = target.ToArray();
        target.SetLength(0);
        return written;
    }

    private Framing FramingOf()
    {
        if (_script.CloseDelimited || _script.CloseDelimitedCut || (IsStream && _isHttp10))
            return Framing.UntilClose;
        return IsStream ? Framing.Chunked : Framing.Length;
    }

    private Ending EndingOf()
    {
        if (_script.DropAfter >= 0 || _script.DropMidEvent)
            return Ending.Reset;
        return Framing == Framing.UntilClose || _endsConnection ? Ending.Close : Ending.Clean;
    }
}

internal enum Framing
{
    Length,
    Chunked,
    UntilClose,
}

internal enum Ending
{
    Clean,
    Close,
    Reset,
}

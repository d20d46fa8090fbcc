using System;

namespace Fast.Wire.Http1;

/// <summary>
/// Finds the end of an HTTP/1.1 head in bytes that arrive piece by piece, each byte looked at once. Holds lines to CRLF:
/// a parser that takes a bare LF and a neighbour that does not is how requests are smuggled (RFC 9112 11.2).
/// </summary>
public struct HeadScanner
{
    private int _scanned;
    private int _lineStart;

    /// <summary>Offset of the first byte of the request line: one empty line before it is forgiven (RFC 9112 2.2).</summary>
    public int Start { get; private set; }

    /// <summary>Offset of the first byte behind the head, once <see cref="Scan"/> said <see cref="HeadScan.Complete"/>.</summary>
    public int End { get; private set; }

    /// <summary>Offset behind the request line's CRLF, or 0 while that line is not whole.</summary>
    public int FirstLineEnd { get; private set; }

    /// <param name="bytes">All bytes of the head so far: those of the last call and what has arrived since.</param>
    public HeadScan Scan(ReadOnlySpan<byte> bytes)
    {
        while (_scanned < bytes.Length)
        {
            int feed = bytes[_scanned..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                _scanned = bytes.Length;
                break;
            }

            int at = _scanned + feed;
            if (at == 0 || bytes[at - 1] != (byte)'\r' || !FieldBytes.LineIsClean(bytes[_lineStart..(at - 1)]))
                return HeadScan.Malformed;

            _scanned = at + 1;
            if (at - 1 == _lineStart)
            {
                if (FirstLineEnd != 0)
                {
                    End = _scanned;
                    return HeadScan.Complete;
                }

                if (_lineStart != 0)
                    return HeadScan.Malformed;
                Start = _scanned;
                _lineStart = _scanned;
                continue;
            }

            if (FirstLineEnd == 0)
                FirstLineEnd = _scanned;
            _lineStart = _scanned;
        }

        return HeadScan.NeedMoreBytes;
    }
}

/// <summary>What a look at the bytes so far says about a message head.</summary>
public enum HeadScan
{
    /// <summary>The empty line has not arrived yet.</summary>
    NeedMoreBytes,

    /// <summary>The head is whole; the scanner's <see cref="HeadScanner.End"/> is the offset behind its empty line.</summary>
    Complete,

    /// <summary>
    /// A line ended in a bare LF, a control character stood in one, a CR among them, or two empty lines came before the request line
    /// (RFC 9112 2.2, RFC 9110 5.5).
    /// </summary>
    Malformed,
}

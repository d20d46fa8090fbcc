using System;

namespace Fast.Wire.Sse;

/// <summary>
/// Follows a server-sent event stream as its bytes pass by, whatever the cuts between reads, and holds none of them. It knows
/// where in the stream the last byte stood: that decides how an event of our own may be added, and whether an end is an end.
/// Lines end in LF, CR or CRLF; an event ends at an empty line (WHATWG HTML 9.2.5).
/// </summary>
public struct SseCursor
{
    private const byte None = 0xFF;

    private byte _matched;
    private bool _afterReturn;
    private bool _lineHasBytes;
    private bool _lineIsComment;
    private bool _eventHasFields;
    private bool _eventHasData;

    /// <summary>Events that ended in an empty line and carried data.</summary>
    public int Events { get; private set; }

    /// <summary>Whether <c>data: [DONE]</c> has passed, the end of an OpenAI chat stream.</summary>
    public bool SawDone { get; private set; }

    /// <summary>
    /// Whether the last byte ended an event or a comment behind one, or nothing has passed yet: here the stream may be ended, and an
    /// event may be added as it is.
    /// </summary>
    public readonly bool AtEventStart => !_lineHasBytes && !_eventHasFields;

    /// <summary>Whether the last byte ended a line.</summary>
    public readonly bool AtLineStart => !_lineHasBytes;

    private static ReadOnlySpan<byte> DataField => "data:"u8;

    private static ReadOnlySpan<byte> DataPrefix => "data: "u8;

    private static ReadOnlySpan<byte> DoneValue => "[DONE]"u8;

    /// <summary>Lets the next bytes of the stream pass by.</summary>
    /// <returns>Bytes up to the last place among them where <see cref="AtEventStart"/> held; 0 when there was none.</returns>
    public int Pass(ReadOnlySpan<byte> bytes)
    {
        int passed = 0;
        int whole = 0;
        while (passed < bytes.Length)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[passed] == (byte)'\n')
                {
                    passed++;
                    if (AtEventStart)
                        whole = passed;
                    continue;
                }
            }

            int end = bytes[passed..].IndexOfAny((byte)'\n', (byte)'\r');
            PassInLine(end < 0 ? bytes[passed..] : bytes.Slice(passed, end));
            if (end < 0)
                break;

            passed += end + 1;
            _afterReturn = bytes[passed - 1] == (byte)'\r';
            EndLine();
            if (AtEventStart)
                whole = passed;
        }

        return whole;
    }

    /// <summary>Compares what it must of a line: the field name <c>data:</c>, one space, and <c>[DONE]</c>.</summary>
    private void PassInLine(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return;

        if (!_lineHasBytes)
        {
            _lineHasBytes = true;
            _lineIsComment = part[0] == (byte)':';

            // Nearly every line of a stream is data that arrived with its beginning, and its first byte tells that it is no end mark.
            if (part.Length > DataPrefix.Length && part.StartsWith(DataPrefix) && part[DataPrefix.Length] != DoneValue[0])
                _matched = DataOnly;
        }

        for (int i = 0; i < part.Length && _matched < DataOnly; i++)
            _matched = Match(_matched, part[i]);
    }

    private static byte Match(byte matched, byte next)
    {
        int field = DataField.Length;
        if (matched < field)
            return next == DataField[matched] ? (byte)(matched + 1) : None;

        // One optional space behind the colon is not part of the value; it takes a place of its own in the count.
        if (matched == field)
            return next == (byte)' ' ? (byte)(field + 1) : next == DoneValue[0] ? (byte)(field + 2) : DataOnly;

        int at = matched - field - 1;
        return at < DoneValue.Length && next == DoneValue[at] ? (byte)(matched + 1) : DataOnly;
    }

    /// <summary>A data line whose value is something else than the end mark: nothing more of it has to be compared.</summary>
    private const byte DataOnly = 0x40;

    private void EndLine()
    {
        if (!_lineHasBytes)
        {
            if (_eventHasData)
                Events++;
            _eventHasData = _eventHasFields = false;
        }
        else
        {
            _eventHasFields |= !_lineIsComment;

            // A line that is the field's name alone is a field without a value.
            if (_matched != None && _matched >= DataField.Length - 1)
                _eventHasData = true;
            if (_matched == DataField.Length + 1 + DoneValue.Length)
                SawDone = true;
        }

        _lineHasBytes = false;
        _matched = 0;
    }
}

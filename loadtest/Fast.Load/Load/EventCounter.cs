using System;

namespace Fast.Load.Load;

/// <summary>Counts the events of an event stream that comes in pieces. A block of comments alone is no event.</summary>
internal struct EventCounter
{
    private bool _isInLine;
    private bool _isAfterReturn;
    private bool _hasField;

    /// <summary>How many events end in this piece.</summary>
    public int Read(ReadOnlySpan<byte> piece)
    {
        int events = 0;
        while (!piece.IsEmpty)
        {
            if (_isAfterReturn && piece[0] == (byte)'\n')
            {
                _isAfterReturn = false;
                piece = piece[1..];
                continue;
            }
            _isAfterReturn = false;
            int end = piece.IndexOfAny((byte)'\r', (byte)'\n');
            if (end != 0 && !_isInLine)
            {
                _isInLine = true;
                _hasField |= piece[0] != (byte)':';
            }
            if (end < 0)
                return events;
            if (!_isInLine)
            {
                events += _hasField ? 1 : 0;
                _hasField = false;
            }
            _isInLine = false;
            _isAfterReturn = piece[end] == (byte)'\r';
            piece = piece[(end + 1)..];
        }
        return events;
    }
}

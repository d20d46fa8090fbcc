using System;

namespace Fast.Wire.Sse;

/// <summary>
/// Takes the events of a stream one by one, by offset, from bytes that end where <see cref="SseCursor"/> says that an event may begin. The
/// events it gives follow one another without a gap, so that whoever leaves one out can pass on the rest as it came (WHATWG HTML 9.2.5).
/// </summary>
/// <param name="events">A whole number of events, without a byte order mark. What is not whole comes last, and says so.</param>
public ref struct SseEventReader(ReadOnlySpan<byte> events)
{
    private readonly ReadOnlySpan<byte> _events = events;
    private int _at;

    private static ReadOnlySpan<byte> DataField => "data"u8;

    private static ReadOnlySpan<byte> NameField => "event"u8;

    /// <summary>Takes the next event, whether or not it carries data.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TryTake(out SseEvent found)
    {
        found = default;
        found.Start = found.DataStart = found.DataEnd = found.NameStart = found.NameEnd = _at;
        if (_at >= _events.Length)
            return false;

        while (_at < _events.Length && !found.IsWhole)
        {
            int start = _at;
            int length = _events[start..].IndexOfAny((byte)'\n', (byte)'\r');
            int end = length < 0 ? _events.Length : start + length;
            _at = length < 0 ? end : end + 1;
            if (length >= 0 && _events[end] == (byte)'\r' && _at < _events.Length && _events[_at] == (byte)'\n')
                _at++;

            if (length == 0)
                found.IsWhole = true;
            else
                ReadLine(start, end, ref found);
        }

        found.End = _at;
        return true;
    }

    private readonly void ReadLine(int start, int end, ref SseEvent found)
    {
        ReadOnlySpan<byte> line = _events[start..end];
        if (IsField(line, DataField))
        {
            if (found.HasData)
            {
                found.HasManyDataLines = true;
                return;
            }

            found.HasData = true;
            found.DataStart = ValueStart(line, DataField.Length) + start;
            found.DataEnd = end;
        }
        else if (IsField(line, NameField))
        {
            found.NameStart = ValueStart(line, NameField.Length) + start;
            found.NameEnd = end;
        }
    }

    private static bool IsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field) =>
        line.StartsWith(field) && (line.Length == field.Length || line[field.Length] == (byte)':');

    /// <summary>Behind the colon and one space; a line that is the field's name alone has an empty value.</summary>
    private static int ValueStart(ReadOnlySpan<byte> line, int nameLength)
    {
        int start = Math.Min(nameLength + 1, line.Length);
        return start < line.Length && line[start] == (byte)' ' ? start + 1 : start;
    }
}

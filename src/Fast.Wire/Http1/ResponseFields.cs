using System;

namespace Fast.Wire.Http1;

/// <summary>Walks over the field lines of a response's head that <see cref="ResponseHead"/> has found in order.</summary>
/// <param name="lines">The lines, each with its end, without the empty one behind them.</param>
public ref struct ResponseFields(ReadOnlySpan<byte> lines)
{
    private ReadOnlySpan<byte> _lines = lines;

    /// <summary>Takes the next field; false when there is none left.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value without the white space around it (RFC 9112 5.1).</param>
    public bool TryTake(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int feed = _lines.IndexOf((byte)'\n');
        if (feed < 0)
        {
            name = value = [];
            return false;
        }

        ReadOnlySpan<byte> line = _lines[..feed];
        _lines = _lines[(feed + 1)..];
        if (line.EndsWith("\r"u8))
            line = line[..^1];

        // A line without a colon has no name, which no head takes.
        int colon = line.IndexOf((byte)':');
        name = colon < 0 ? [] : line[..colon];
        value = colon < 0 ? [] : line[(colon + 1)..].Trim(" \t"u8);
        return true;
    }
}

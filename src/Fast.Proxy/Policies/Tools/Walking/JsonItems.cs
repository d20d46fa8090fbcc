using System;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>Walks the elements of an array in JSON whose grammar has been checked, by offset. What is no array has none.</summary>
internal ref struct JsonItems
{
    private readonly ReadOnlySpan<byte> _json;
    private int _at;

    /// <summary>Begins with the array that opens at <paramref name="start"/>.</summary>
    public JsonItems(ReadOnlySpan<byte> json, int start)
    {
        _json = start < json.Length && json[start] == (byte)'[' ? json : default;
        _at = start + 1;
    }

    /// <summary>Offset of the element's first byte.</summary>
    public int Start { get; private set; }

    /// <summary>Offset behind the element's last byte.</summary>
    public int End { get; private set; }

    /// <summary>Goes on to the next element; false at the array's end.</summary>
    public bool Next()
    {
        int at = JsonScan.SkipSpace(_json, _at);
        if (at < _json.Length && _json[at] == (byte)',')
            at = JsonScan.SkipSpace(_json, at + 1);
        if (at >= _json.Length || _json[at] == (byte)']')
            return false;

        Start = at;
        End = JsonScan.ValueEnd(_json, at);
        _at = End;
        return End > Start;
    }
}

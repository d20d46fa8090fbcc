using System;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>A piece of a text, by the offsets of its first byte and of the one behind its last.</summary>
internal readonly record struct ByteRange(int Start, int End) : IComparable<ByteRange>
{
    /// <summary>Whether there is no such piece.</summary>
    public bool IsEmpty => End == 0;

    /// <summary>Ranges are ordered as they stand in the text.</summary>
    public int CompareTo(ByteRange other) => Start.CompareTo(other.Start);
}

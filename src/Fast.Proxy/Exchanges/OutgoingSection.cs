using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fast.Proxy.Exchanges;

/// <summary>What goes upstream: the caller's bytes in pieces, and between them what Fast has put in the place of others.</summary>
public struct OutgoingSection
{
    /// <summary>Most places at which Fast changes a body.</summary>
    public const int SplicesMax = 4;

    private const int PartsMax = (2 * SplicesMax) + 1;

    private Parts _parts;

    /// <summary>How many parts there are; none of them is empty.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all parts together.</summary>
    public int Length { get; private set; }

    /// <summary>One part.</summary>
    public readonly ReadOnlyMemory<byte> this[int index] => _parts[index];

    /// <summary>Puts a part behind the others.</summary>
    public void Add(ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
            return;

        Debug.Assert(Count < PartsMax, "A body is changed at a fixed number of places.");
        _parts[Count++] = part;
        Length += part.Length;
    }

    /// <summary>Takes bytes off a part's beginning, which then may be empty.</summary>
    public void Take(int index, int bytes)
    {
        _parts[index] = _parts[index][bytes..];
        Length -= bytes;
    }

    [InlineArray(PartsMax)]
    private struct Parts
    {
        private ReadOnlyMemory<byte> _first;
    }
}

using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Dialects;

/// <summary>The places at which a body is changed, in the order in which they stand in it.</summary>
internal struct BodySplices
{
    private Places _places;
    private int _count;

    /// <summary>How many places there are.</summary>
    public readonly int Count => _count;

    /// <summary>One place: the offsets of what is left out, and what stands there instead.</summary>
    public readonly (int Start, int End, ReadOnlyMemory<byte> Text) this[int index] => _places[index];

    /// <summary>Adds a place. Places do not overlap; of two at the same offset the first that was added stands first.</summary>
    public void Add(int start, int end, ReadOnlyMemory<byte> text)
    {
        Debug.Assert(_count < OutgoingSection.SplicesMax, "A body is changed at a fixed number of places.");
        int at = _count++;
        for (; at > 0 && _places[at - 1].Start > start; at--)
            _places[at] = _places[at - 1];
        _places[at] = (start, end, text);
    }

    [InlineArray(OutgoingSection.SplicesMax)]
    private struct Places
    {
        private (int Start, int End, ReadOnlyMemory<byte> Text) _first;
    }
}

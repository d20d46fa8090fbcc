using System;
using System.Collections.Generic;
using Fast.Load.Load;

namespace Fast.Load.Streams;

/// <summary>How the streams fare. It belongs to the loop's thread.</summary>
internal sealed class StreamTally
{
    private readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>Streams whose request was sent and that have not ended.</summary>
    public int Open { get; set; }

    /// <summary>Streams that have brought an event.</summary>
    public int Begun { get; set; }

    /// <summary>Streams that came to their end as they should.</summary>
    public int Ended { get; set; }

    public int Failed { get; private set; }

    public long Events { get; set; }

    public Histogram EventGapNs { get; } = new();

    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Streams that were tried so far, whatever came of it.</summary>
    public int Tried => Open + Ended + Failed;

    public void Fail(string reason)
    {
        Failed++;
        _failures[reason] = _failures.GetValueOrDefault(reason) + 1;
    }
}

using System;

namespace Fast.Proxy.Accounting;

/// <summary>The buckets that durations are counted in. Bounds are in microseconds, and a duration that equals one is below it.</summary>
public sealed class DurationBuckets
{
    private readonly long[] _bounds;

    private DurationBuckets(params long[] bounds) => _bounds = bounds;

    /// <summary>For time that was Fast's own: fine where it should be, tens of microseconds, and up to a second.</summary>
    public static DurationBuckets Own { get; } = new(
        10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750,
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000);

    /// <summary>For whole exchanges: five milliseconds to ten minutes.</summary>
    public static DurationBuckets Whole { get; } = new(
        5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000, 120_000_000, 300_000_000, 600_000_000);

    /// <summary>The upper bounds, in order; one more bucket has none.</summary>
    public ReadOnlySpan<long> Bounds => _bounds;

    /// <summary>How many buckets there are.</summary>
    public int Count => _bounds.Length + 1;

    /// <summary>The bucket of a duration.</summary>
    public int IndexOf(long microseconds)
    {
        int bucket = 0;
        while (bucket < _bounds.Length && microseconds > _bounds[bucket])
            bucket++;
        return bucket;
    }
}

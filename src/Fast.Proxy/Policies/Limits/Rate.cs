using System;

namespace Fast.Proxy.Policies.Limits;

/// <summary>How often something may happen.</summary>
/// <param name="Count">How many times, or how many tokens; 1 to 10⁹.</param>
/// <param name="PerMs">In how many milliseconds; up to a day.</param>
public sealed record Rate(long Count, long PerMs)
{
    private const long NsPerMs = 1_000_000;

    /// <summary>The period in nanoseconds.</summary>
    internal long PerNs { get; } = PerMs * NsPerMs;

    /// <summary>
    /// How long a bucket of this rate takes to fill, in nanoseconds, and as much more as costs that are rounded up come to when it is emptied one
    /// by one: less than one more takes. Kept, because dividing costs as much as all else of a look at the bucket.
    /// </summary>
    internal long CapacityNs { get; } = (PerMs * NsPerMs) + Math.Max(0, Math.Min(Count, PerMs * NsPerMs / Count) - 1);
}

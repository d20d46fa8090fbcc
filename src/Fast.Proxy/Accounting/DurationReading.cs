namespace Fast.Proxy.Accounting;

/// <summary>How long things took, as it was read at one time.</summary>
/// <param name="Buckets">The buckets.</param>
/// <param name="Counts">How many durations fell into each of them.</param>
/// <param name="SumMicroseconds">All of them together.</param>
public sealed record DurationReading(DurationBuckets Buckets, long[] Counts, long SumMicroseconds);

using System;
using System.Collections.Generic;
using System.Numerics;

namespace Fast.Load.Load;

/// <summary>Counts values from 1 ns to 1 h in buckets that are at most 1 % wide, in fixed memory.</summary>
public sealed class Histogram
{
    // 128 buckets for each power of two: a bucket is less than 0.8 % of its values wide, and its middle stands for all of them.
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;
    private const long ValueMax = 3_600_000_000_000;

    private readonly long[] _counts = new long[BucketOf(ValueMax) + 1];
    private long _least = long.MaxValue;
    private double _sum;

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest value, exactly; zero without any.</summary>
    public long Min => Count == 0 ? 0 : _least;

    /// <summary>The largest value, exactly; zero without any.</summary>
    public long Max { get; private set; }

    /// <summary>The arithmetic mean; zero without any value.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Records one value. What is below 1 ns counts as 1 ns, what is above an hour as an hour.</summary>
    public void Record(long value) => RecordMany(value, 1);

    /// <summary>Records the same value that many times.</summary>
    public void RecordMany(long value, long count)
    {
        if (count <= 0)
            return;
        value = Math.Clamp(value, 1, ValueMax);
        _counts[BucketOf(value)] += count;
        Count += count;
        _sum += (double)value * count;
        _least = Math.Min(_least, value);
        Max = Math.Max(Max, value);
    }

    /// <summary>The value that this share (0 to 100) of the values does not exceed, to 1 %; zero without any value.</summary>
    public long Percentile(double percent)
    {
        if (Count == 0)
            return 0;
        long rank = Math.Clamp((long)Math.Ceiling(Count * Math.Clamp(percent, 0, 100) / 100), 1, Count);
        if (rank == Count)
            return Max;
        int bucket = 0;
        for (long seen = _counts[0]; seen < rank; seen += _counts[bucket])
            bucket++;
        return Math.Clamp(MiddleOf(bucket), Min, Max);
    }

    /// <summary>Adds what another histogram counted.</summary>
    public void Add(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        _sum += other._sum;
        _least = Math.Min(_least, other._least);
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The value at each share that has one of its own, rising: for plots over percentiles.</summary>
    public IEnumerable<(double Percent, long Value)> Curve()
    {
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] == 0)
                continue;
            seen += _counts[bucket];
            yield return (100.0 * seen / Count, seen == Count ? Max : Math.Clamp(MiddleOf(bucket), Min, Max));
        }
    }

    private static int BucketOf(long value)
    {
        int power = BitOperations.Log2((ulong)value);
        return power <= StepBits ? (int)value : ((power - StepBits + 1) << StepBits) + (int)((value >> (power - StepBits)) - Steps);
    }

    private static long MiddleOf(int bucket)
    {
        if (bucket < 2 * Steps)
            return bucket;
        int shift = (bucket >> StepBits) - 1;
        long first = (long)((bucket & (Steps - 1)) + Steps) << shift;
        return first + (1L << shift) / 2;
    }
}

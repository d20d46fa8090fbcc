using System;
using System.Threading;

namespace Fast.Proxy.Policies.Limits;

/// <summary>
/// A token bucket in one 64-bit word, changed by compare-and-swap: the generic cell rate algorithm (ITU-T I.371). The word is the moment at
/// which the bucket will be full again; a full bucket holds what may happen in one period. It survives a reload, which may change its rate.
/// </summary>
/// <param name="rate">How often.</param>
public sealed class TokenBucket(Rate rate)
{
    /// <summary>Longest that one amount takes to fill in, in nanoseconds: 36 years, so that sums of some still fit the word.</summary>
    private const long CostNsMax = 1L << 60;

    private Rate _rate = rate;
    private long _fullAt;

    /// <summary>How often.</summary>
    public Rate Rate => Volatile.Read(ref _rate);

    /// <summary>Changes how often. The part of the bucket that is used up stays used up.</summary>
    /// <param name="rate">How often from now on.</param>
    /// <param name="now">A moment of the clock.</param>
    public void Change(Rate rate, long now)
    {
        Rate before = Interlocked.Exchange(ref _rate, rate);
        if (before.PerMs == rate.PerMs)
            return;

        while (true)
        {
            long full = Interlocked.Read(ref _fullAt);
            long next = now + (long)Int128.Min((Int128)Math.Max(0, full - now) * rate.PerMs / before.PerMs, CostNsMax);
            if (Interlocked.CompareExchange(ref _fullAt, next, full) == full)
                return;
        }
    }

    /// <summary>Takes from the bucket.</summary>
    /// <param name="amount">0 or more.</param>
    /// <param name="now">A moment of a clock that only goes forward, in nanoseconds.</param>
    /// <param name="waitNs">When false: nanoseconds until it would be true if nobody else comes; -1 when it never will, because the bucket is too small.</param>
    public bool TryTake(long amount, long now, out long waitNs)
    {
        Rate rate = Rate;
        long capacity = rate.CapacityNs;
        long cost = CostOf(amount, rate);
        waitNs = amount > rate.Count ? -1 : 0;
        while (waitNs == 0)
        {
            long full = Interlocked.Read(ref _fullAt);
            long next = Math.Max(full, now) + cost;
            waitNs = Math.Max(0, next - now - capacity);
            if (waitNs == 0 && Interlocked.CompareExchange(ref _fullAt, next, full) == full)
                return true;
        }

        return false;
    }

    /// <summary>Corrects what was taken when it turns out to have been more or less; the bucket may then be overdrawn, or overfull for a moment.</summary>
    /// <param name="difference">What has to be taken on top; negative to give back.</param>
    /// <param name="now">A moment of the clock: what is taken on top now is not what the bucket had too much of before.</param>
    public void Correct(long difference, long now)
    {
        long cost = difference < 0 ? -CostOf(-difference, Rate) : CostOf(difference, Rate);
        while (true)
        {
            long full = Interlocked.Read(ref _fullAt);
            long from = difference > 0 ? Math.Clamp(full, now, long.MaxValue - (2 * CostNsMax)) : full;
            if (Interlocked.CompareExchange(ref _fullAt, from + cost, full) == full)
                return;
        }
    }

    /// <summary>What is left in the bucket: 0 or more, and never more than it holds.</summary>
    public long RemainingAt(long now)
    {
        Rate rate = Rate;
        long room = rate.CapacityNs - Math.Max(0, Interlocked.Read(ref _fullAt) - now);
        if (room <= 0)
            return 0;

        // A division of 128 bits is dear, and mostly not needed.
        return Math.BigMul((ulong)room, (ulong)rate.Count, out ulong low) == 0
            ? (long)(low / (ulong)rate.PerNs)
            : (long)((Int128)room * rate.Count / rate.PerNs);
    }

    /// <summary>Nanoseconds until the bucket is full again.</summary>
    public long FullInAt(long now) => Math.Max(0, Interlocked.Read(ref _fullAt) - now);

    /// <summary>How long the bucket takes to fill by an amount, rounded up, so that no fraction is ever given away.</summary>
    private static long CostOf(long amount, Rate rate)
    {
        ulong count = (ulong)rate.Count;
        return Math.BigMul((ulong)amount, (ulong)rate.PerNs, out ulong low) == 0 && low < ulong.MaxValue - count
            ? (long)Math.Min((low + count - 1) / count, CostNsMax)
            : (long)Int128.Min(((Int128)amount * rate.PerNs + rate.Count - 1) / rate.Count, CostNsMax);
    }
}

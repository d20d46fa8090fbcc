using System;
using System.Numerics;
using System.Threading;

namespace Fast.Proxy.Accounting;

/// <summary>
/// Numbers that every processor adds to in a copy of its own, so that they do not take the memory from each other; a reader adds the
/// copies up.
/// </summary>
internal sealed class StripedCells
{
    private const int StripesMax = 8;

    /// <summary>128 bytes before and behind: processors fetch the lines of their caches in pairs.</summary>
    private const int Padding = 128 / sizeof(long);

    private readonly long[][] _stripes;

    public StripedCells(int count)
    {
        _stripes = new long[BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, StripesMax))][];
        for (int i = 0; i < _stripes.Length; i++)
            _stripes[i] = new long[Padding + count + Padding];
    }

    /// <summary>
    /// The copy of the processor that this runs on. A thread may be moved before it adds, so adding has to be atomic all the same.
    /// </summary>
    public Span<long> Mine => _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)].AsSpan()[Padding..^Padding];

    /// <summary>One number, all copies together.</summary>
    public long Sum(int cell)
    {
        long sum = 0;
        foreach (long[] stripe in _stripes)
            sum += Interlocked.Read(ref stripe[Padding + cell]);
        return sum;
    }
}

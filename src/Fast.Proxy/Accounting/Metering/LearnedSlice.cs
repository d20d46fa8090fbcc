using System;
using System.Threading;

namespace Fast.Proxy.Accounting.Metering;

/// <summary>
/// How long answers of a model to a key are: the length that 95 of 100 do not exceed, followed in one word. An answer that is longer moves it
/// up nineteen times as far as one that is shorter moves it down.
/// </summary>
internal sealed class LearnedSlice
{
    /// <summary>What is taken before anything was learned, in tokens.</summary>
    private const long First = 512;

    private const int UpSteps = 19;

    /// <summary>A step is this fraction of the length, as a shift: 1/256.</summary>
    private const int StepShift = 8;

    /// <summary>In 1/256 of a token, so that short lengths move too.</summary>
    private long _length = First << StepShift;

    /// <summary>Tokens.</summary>
    public long Tokens => Math.Max(1, Interlocked.Read(ref _length) >> StepShift);

    /// <summary>Learns from one answer.</summary>
    public void Learn(long tokens)
    {
        long length = Interlocked.Read(ref _length);
        long step = Math.Max(1, length >> StepShift);
        long next = tokens << StepShift > length ? length + (UpSteps * step) : Math.Max(1 << StepShift, length - step);

        // Whoever comes second has learned something too, but not so much that it has to be kept.
        Interlocked.CompareExchange(ref _length, next, length);
    }
}

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Fast.Bench.Gating;

/// <summary>
/// Measures the benchmarks of one group side by side: a short batch of each in turn, for many rounds. A shared machine changes its speed by
/// half from one moment to the next, and takes the CPU away for a while: so a ratio is taken within a round, between batches that are short
/// enough to fall into the same moment, and the median over the rounds leaves out those where that did not come off.
/// </summary>
internal static class Meter
{
    private const int RoundsMax = 300;

    /// <summary>Fewest rounds, however long they take: a median needs some.</summary>
    private const int RoundsMin = 60;

    private const int ByteRounds = 5;

    /// <summary>Fewest calls that bytes are counted over, so that what others in the process allocate meanwhile rounds to nothing.</summary>
    private const int ByteCalls = 400;

    private const double BatchNanoseconds = 300_000;

    /// <summary>Most batches' worth of calls that bytes are counted over at a time.</summary>
    private const double ByteBatches = 30;

    /// <summary>Most calls to a batch: a call that does nothing at all must not make one without end.</summary>
    private const int CallsMax = 1_000_000;

    /// <summary>Longest that the rounds beyond the fewest may take for each benchmark, on a machine that is busy with something else.</summary>
    private static readonly TimeSpan s_roundsMax = TimeSpan.FromSeconds(0.5);

    /// <summary>Long enough for the JIT to notice what is hot and to compile it again, in its own time.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(400);

    /// <summary>Measures a group.</summary>
    public static List<Reading> Measure(BenchGroup group)
    {
        WarmUp(group.Benches);
        List<double>[] times = [.. group.Benches.Select(static _ => new List<double>(RoundsMax))];
        long begun = Stopwatch.GetTimestamp();
        for (int round = 0; round < RoundsMin || (round < RoundsMax && Stopwatch.GetElapsedTime(begun) < s_roundsMax * times.Length); round++)
        {
            for (int turn = 0; turn < times.Length; turn++)
            {
                // Each goes first as often as the others: whoever goes first finds the caches as somebody else left them.
                int i = (round + turn) % times.Length;
                times[i].Add(Time(group.Benches[i]) / group.Benches[i].Operations);
            }
        }

        int baseline = group.Baseline;
        List<Reading> readings = [];
        for (int i = 0; i < times.Length; i++)
        {
            double? ratio = baseline < 0 || i == baseline ? null : MedianRatio(times[i], times[baseline]);
            readings.Add(new Reading(times[i].Min(), ratio, BytesOf(group.Benches[i])));
        }

        return readings;
    }

    private static void WarmUp(IReadOnlyList<ReadyBench> benches)
    {
        foreach (ReadyBench bench in benches)
        {
            double best = double.MaxValue;
            bench.Calls = 1;
            for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < s_warmUp;)
            {
                best = Math.Min(best, Time(bench) / bench.Calls);
                bench.Calls = (int)Math.Clamp(BatchNanoseconds / best, 1, Math.Min(bench.Calls * 2, CallsMax));
            }
        }
    }

    /// <summary>Nanoseconds of a batch.</summary>
    private static double Time(ReadyBench bench)
    {
        long begun = Stopwatch.GetTimestamp();
        bench.Run();
        return Stopwatch.GetElapsedTime(begun).TotalNanoseconds;
    }

    private static double MedianRatio(List<double> times, List<double> baseline)
    {
        double[] ratios = [.. times.Zip(baseline, static (time, other) => time / other).Order()];
        return ratios[ratios.Length / 2];
    }

    /// <summary>Counts the whole process, since an exchange changes threads. Others only ever add, so the least is the bench's own.</summary>
    private static long BytesOf(ReadyBench bench)
    {
        bench.Calls = (int)Math.Max(bench.Calls, Math.Min(ByteCalls, bench.Calls * ByteBatches));
        double least = double.MaxValue;
        for (int round = 0; round < ByteRounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            bench.Run();
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / bench.Operations);
        }

        return (long)Math.Round(least);
    }
}

/// <summary>What the meter read of one benchmark.</summary>
/// <param name="Nanoseconds">The best time per operation.</param>
/// <param name="Ratio">The median of the rounds' ratios to the baseline; null for the baseline itself and where there is none.</param>
/// <param name="Bytes">The least that an operation allocated.</param>
internal readonly record struct Reading(double Nanoseconds, double? Ratio, long Bytes)
{
    /// <summary>The better of two readings of the same benchmark.</summary>
    public Reading Best(Reading other) => new(
        Math.Min(Nanoseconds, other.Nanoseconds), Ratio < other.Ratio ? Ratio : other.Ratio, Math.Min(Bytes, other.Bytes));
}

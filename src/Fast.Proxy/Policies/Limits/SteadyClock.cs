using System.Diagnostics;

namespace Fast.Proxy.Policies.Limits;

/// <summary>The clock that rates are measured by: it only goes forward, whatever happens to the time of day.</summary>
internal static class SteadyClock
{
    // What the clock ticks in on Linux. Dividing 128 bits takes longer than reading it.
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since some moment before the process began.</summary>
    public static long NowNs => Stopwatch.Frequency == NsPerSecond
        ? Stopwatch.GetTimestamp()
        : (long)((System.Int128)Stopwatch.GetTimestamp() * NsPerSecond / Stopwatch.Frequency);
}

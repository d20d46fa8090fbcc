using System.Diagnostics;

namespace Fast.Proxy.Policies.Limits;

/// <summary>The clock that rates are measured by: it only goes forward, whatever happens to the time of day.</summary>
internal static class SteadyClock
{
    /// <summary>Nanoseconds since some moment before the process began.</summary>
    public static long NowNs => (long)((System.Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);
}

using System.Diagnostics;

namespace Fast.Load.Sockets;

/// <summary>The clock of everything that is measured here: monotonic nanoseconds.</summary>
internal static class LoopClock
{
    /// <summary>Nanoseconds of the monotonic clock; on Linux the stopwatch counts in them.</summary>
    public static long NowNs => Stopwatch.GetTimestamp();
}

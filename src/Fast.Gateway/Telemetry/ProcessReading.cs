using System;
using System.IO;
using System.IO.Enumeration;
using System.Threading;

namespace Fast.Gateway.Telemetry;

/// <summary>What the process takes of its machine, at one time.</summary>
internal sealed record ProcessReading
{
    private const string FdFolder = "/proc/self/fd";

    // A file that the process has open is one whatever its attributes are.
    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = FileAttributes.None };

    /// <summary>Collections so far of generation 0, 1 and 2.</summary>
    public required int[] Collections { get; init; }

    /// <summary>Bytes of all objects that were ever made.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Bytes of objects that the heap holds.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>Time that threads stood still for collections.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>Bytes of memory that are in RAM.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Time of processors, in user code and in the system.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>Open files and sockets; null where the system does not tell.</summary>
    public required long? OpenFds { get; init; }

    /// <summary>Threads of the pool.</summary>
    public required int PoolThreads { get; init; }

    /// <summary>Reads everything now.</summary>
    public static ProcessReading Now() => new()
    {
        Collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)],
        AllocatedBytes = GC.GetTotalAllocatedBytes(precise: false),
        HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
        Pause = GC.GetTotalPauseDuration(),
        ResidentBytes = Environment.WorkingSet,
        Cpu = Environment.CpuUsage.TotalTime,
        OpenFds = OperatingSystem.IsLinux() ? CountFds() : null,
        PoolThreads = ThreadPool.ThreadCount,
    };

    private static long? CountFds()
    {
        try
        {
            // No text is made of the names: there may be tens of thousands, and what a reading allocates shows in the next.
            long count = 0;
            foreach (bool _ in new FileSystemEnumerable<bool>(FdFolder, static (ref FileSystemEntry _) => true, s_all))
                count++;

            // Without the one that the counting itself has open.
            return count - 1;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

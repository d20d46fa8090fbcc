using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Fast.Load.Sockets;

namespace Fast.Load.Load;

/// <summary>What processes have used so far: CPU time, resident and proportional memory, threads. A process that is gone adds nothing.</summary>
public readonly record struct ProcessUsage(TimeSpan Cpu, long RssBytes, long PssBytes, int Threads)
{
    // The clock of a process's CPU time: its number in the high bits, its kind (scheduler time, whole process) in the low three.
    private const int ClockOfProcess = 2;
    private const int PidMax = 4 * 1024 * 1024;
    private const int TicksPerSecond = 100;
    private const int CpuFieldsFrom = 11;

    /// <summary>Memory that is written and shared with nobody.</summary>
    public long PrivateDirtyBytes { get; init; }

    /// <summary>The sum over these processes. Reading memory walks their page tables: not for the middle of a measurement.</summary>
    public static ProcessUsage Of(IReadOnlyList<int> pids)
    {
        ArgumentNullException.ThrowIfNull(pids);
        ProcessUsage sum = default;
        foreach (int pid in pids)
        {
            Dictionary<string, long> memory = Lines($"/proc/{pid}/smaps_rollup");
            Dictionary<string, long> status = Lines($"/proc/{pid}/status");
            sum = new ProcessUsage(
                sum.Cpu + CpuOf(pid),
                sum.RssBytes + memory.GetValueOrDefault("Rss", status.GetValueOrDefault("VmRSS")) * 1024,
                sum.PssBytes + memory.GetValueOrDefault("Pss") * 1024,
                sum.Threads + (int)status.GetValueOrDefault("Threads"))
            {
                PrivateDirtyBytes = sum.PrivateDirtyBytes + memory.GetValueOrDefault("Private_Dirty") * 1024,
            };
        }
        return sum;
    }

    /// <summary>CPU time alone, in the processes and in the kernel for them: cheap enough for the middle of a measurement.</summary>
    public static TimeSpan CpuOf(IReadOnlyList<int> pids)
    {
        ArgumentNullException.ThrowIfNull(pids);
        TimeSpan sum = default;
        foreach (int pid in pids)
            sum += CpuOf(pid);
        return sum;
    }

    /// <summary>
    /// From the process's own CPU clock, which counts nanoseconds and includes threads that have ended. The files under /proc have one
    /// or the other: `stat` includes them but counts in 10 ms, `task/*/schedstat` counts nanoseconds but forgets them.
    /// </summary>
    private static unsafe TimeSpan CpuOf(int pid)
    {
        // Beyond the kernel's largest number the clock would be another one, of this very process.
        if (pid is < 1 or > PidMax)
            return default;
        TimeSpec time;
        if (Libc.ClockTime((~pid << 3) | ClockOfProcess, &time) == 0)
            return TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / 100);
        string text = Read($"/proc/{pid}/stat");
        // The name, in brackets, may hold anything.
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= CpuFieldsFrom + 1)
            return default;
        long ticks = long.Parse(fields[CpuFieldsFrom], CultureInfo.InvariantCulture)
            + long.Parse(fields[CpuFieldsFrom + 1], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
    }

    /// <summary>The lines of the form "Name:   12 kB" with a number.</summary>
    private static Dictionary<string, long> Lines(string path)
    {
        Dictionary<string, long> numbers = new(StringComparer.Ordinal);
        foreach (string line in Read(path).Split('\n'))
        {
            int colon = line.IndexOf(':');
            if (colon < 0)
                continue;
            string value = line[(colon + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim();
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                numbers[line[..colon]] = number;
        }
        return numbers;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return "";
        }
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Fast.Load.Compare.Children;

namespace Fast.Load.Compare.Machine;

/// <summary>CPU time that our own processes spent on some CPUs, to the nanosecond.</summary>
internal static class OwnCpu
{
    private const int ProcessorField = 36;

    /// <summary>
    /// Sums the threads that ran last on one of the CPUs: bound threads run nowhere else. The time of a thread that ends in between is
    /// lost, and then counts as foreign.
    /// </summary>
    public static TimeSpan Read(IEnumerable<int> processes, IReadOnlyList<int> cpus)
    {
        long nanoseconds = 0;
        foreach (int process in processes.Distinct())
        {
            foreach (int thread in Affinity.Threads(process))
                nanoseconds += OfThread($"/proc/{process}/task/{thread}", cpus);
        }
        return TimeSpan.FromMicroseconds(nanoseconds / 1e3);
    }

    private static long OfThread(string folder, IReadOnlyList<int> cpus)
    {
        try
        {
            return cpus.Contains(ProcessorOf(File.ReadAllText(folder + "/stat"))) ? RunTime(File.ReadAllText(folder + "/schedstat")) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The CPU that a thread ran on last.</summary>
    public static int ProcessorOf(string stat)
    {
        string[] rest = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return rest.Length > ProcessorField ? int.Parse(rest[ProcessorField], CultureInfo.InvariantCulture) : -1;
    }

    /// <summary>The first number of `/proc/PID/schedstat`: nanoseconds on a CPU.</summary>
    public static long RunTime(string schedstat) => long.Parse(schedstat.Split(' ')[0], CultureInfo.InvariantCulture);
}

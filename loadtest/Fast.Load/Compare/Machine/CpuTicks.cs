using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Fast.Load.Compare.Machine;

/// <summary>What /proc/stat says about some CPUs: time idle and time taken by the hypervisor since the start, all CPUs together.</summary>
internal readonly record struct CpuTicks(TimeSpan Idle, TimeSpan Steal)
{
    // The unit of /proc/stat, whatever the kernel's own tick is.
    private const long TicksPerUnit = TimeSpan.TicksPerSecond / 100;
    private const int IdleField = 4;
    private const int WaitField = 5;
    private const int StealField = 8;

    public static CpuTicks Read(IReadOnlyList<int> cpus) => Parse(File.ReadAllText("/proc/stat"), cpus);

    public static CpuTicks Parse(string stat, IReadOnlyList<int> cpus)
    {
        long idle = 0;
        long steal = 0;
        foreach (string line in stat.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length <= StealField || !fields[0].StartsWith("cpu", StringComparison.Ordinal)
                || !int.TryParse(fields[0].AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) || !Contains(cpus, cpu))
                continue;
            idle += long.Parse(fields[IdleField]) + long.Parse(fields[WaitField]);
            steal += long.Parse(fields[StealField]);
        }
        return new CpuTicks(new TimeSpan(idle * TicksPerUnit), new TimeSpan(steal * TicksPerUnit));
    }

    private static bool Contains(IReadOnlyList<int> cpus, int cpu)
    {
        for (int i = 0; i < cpus.Count; i++)
        {
            if (cpus[i] == cpu)
                return true;
        }
        return false;
    }
}

using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Fast.Load.Compare.Children;

/// <summary>On which CPUs threads run, and how urgently.</summary>
internal static unsafe class Affinity
{
    private const int Words = 16;

    /// <summary>The CPUs of a thread as bits; 0 is the calling thread.</summary>
    public static ulong[] Get(int thread)
    {
        ulong[] cpus = new ulong[Words];
        fixed (ulong* first = cpus)
            _ = Native.GetAffinity(thread, Words * sizeof(ulong), first);
        return cpus;
    }

    public static void Set(int thread, ulong[] cpus)
    {
        fixed (ulong* first = cpus)
            _ = Native.SetAffinity(thread, Words * sizeof(ulong), first);
    }

    public static void Set(int thread, int cpu)
    {
        ulong[] cpus = new ulong[Words];
        cpus[cpu / 64] = 1ul << cpu % 64;
        Set(thread, cpus);
    }

    /// <summary>The CPUs that this process may use.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        ulong[] cpus = Get(0);
        return [.. Enumerable.Range(0, Words * 64).Where(cpu => (cpus[cpu / 64] >> cpu % 64 & 1) != 0)];
    }

    /// <summary>Moves every thread that a process has now; those that they start later follow.</summary>
    public static void SetAll(int process, int cpu)
    {
        foreach (int thread in Threads(process))
            Set(thread, cpu);
    }

    /// <summary>Puts every thread of a process into the real-time class, or back for priority 0.</summary>
    /// <returns>False when the system does not allow it.</returns>
    public static bool SetPriority(int process, int priority)
    {
        bool isSet = true;
        foreach (int thread in Threads(process))
            isSet &= SetThreadPriority(thread, priority);
        return isSet;
    }

    public static bool SetThreadPriority(int thread, int priority) =>
        Native.SetScheduler(thread, priority == 0 ? Native.PolicyOther : Native.PolicyFifo, &priority) == 0;

    public static IReadOnlyList<int> Threads(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task").Select(static path => int.Parse(Path.GetFileName(path)))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}

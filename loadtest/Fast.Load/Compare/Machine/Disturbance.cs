using System;

namespace Fast.Load.Compare.Machine;

/// <summary>How much of the used CPUs others had during a slice.</summary>
internal readonly record struct Disturbance(double StealPercent, double ForeignPercent)
{
    /// <summary>
    /// Foreign is what is neither idle nor stolen nor ours. Idle time is exact where the kernel stops its tick on an idle CPU; the times of
    /// user and system are sampled, in step with a load of constant spacing, and so not used.
    /// </summary>
    public static Disturbance Of(CpuTicks before, CpuTicks after, TimeSpan own, TimeSpan elapsed, int cpus)
    {
        double all = elapsed.TotalSeconds * cpus;
        double steal = (after.Steal - before.Steal).TotalSeconds;
        double idle = (after.Idle - before.Idle).TotalSeconds;
        double foreign = Math.Max(0, all - idle - steal - own.TotalSeconds);
        return new Disturbance(100 * steal / all, 100 * foreign / all);
    }

    /// <summary>By how much of the tolerated it is too much: over 1 a slice is discarded.</summary>
    public double Badness(double stealPercentMost, double foreignPercentMost) =>
        Math.Max(StealPercent / stealPercentMost, ForeignPercent / foreignPercentMost);
}

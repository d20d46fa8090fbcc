using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Fast.Load.Compare.Machine;

/// <summary>The CPU of each part; null where it is not bound.</summary>
internal sealed record CpuPlan(int? Load, int? Provider, int? Target, int? Bookkeeping)
{
    /// <exception cref="InvalidDataException">The machine has too few CPUs.</exception>
    public static CpuPlan Of(Layout layout, int? providerCpu, IReadOnlyList<int> allowed)
    {
        if (providerCpu is { } named && !allowed.Contains(named))
            throw new InvalidDataException($"CPU {named} is not one that this process may use ({string.Join(", ", allowed)})");
        if (layout == Layout.Free)
            return new CpuPlan(null, providerCpu, null, null);
        if (layout == Layout.TwoCpu && allowed.Count < 2)
            throw new InvalidDataException("the layout two-cpu needs two CPUs; one-cpu and free need one");
        int first = allowed[0];
        if (layout == Layout.OneCpu)
            return new CpuPlan(first, providerCpu ?? first, first, allowed.Count > 1 ? allowed[1] : first);
        return new CpuPlan(first, providerCpu ?? first, allowed[1], allowed.Count > 2 ? allowed[2] : first);
    }

    /// <summary>The CPUs on which the measured parts run: where nothing foreign is wanted.</summary>
    public IReadOnlyList<int> Used(IReadOnlyList<int> allowed) => Load is null
        ? allowed
        : [.. new[] { Load, Provider, Target }.OfType<int>().Distinct().Order()];

    /// <summary>The CPUs on which the target runs.</summary>
    public IReadOnlyList<int> OfTarget(IReadOnlyList<int> allowed) => Target is { } target ? [target] : allowed;
}

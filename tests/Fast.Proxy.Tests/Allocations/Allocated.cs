using System;
using System.Diagnostics;
using System.Reflection;
using System.Threading;
using Xunit;

namespace Fast.Proxy.Tests.Allocations;

/// <summary>Counts the bytes that this thread allocates, after a warm-up that fills pools and caches.</summary>
internal static class Allocated
{
    public const int Times = 1000;

    private const int WarmUp = 200;

    /// <summary>Bytes that <see cref="Times"/> runs allocate.</summary>
    public static long By(Action work)
    {
        // Continuations of the tests' own context would run elsewhere, and uncounted.
        SynchronizationContext.SetSynchronizationContext(null);
        for (int i = 0; i < WarmUp; i++)
            work();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
            work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>An unoptimised build makes objects of state machines, which says nothing about what ships.</summary>
    public static void NeedsOptimisedBuild() => Assert.SkipWhen(
        typeof(ProxyServer).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true },
        "Allocations are counted in Release builds.");
}

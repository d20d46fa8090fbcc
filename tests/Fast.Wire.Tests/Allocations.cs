using System;

namespace Fast.Wire.Tests;

/// <summary>A ruler for what code allocates on its own thread.</summary>
internal static class Allocations
{
    private const int WarmUpCalls = 50;
    private const int MeasuredCalls = 500;

    /// <summary>Bytes that one call allocates, rounded up: an allocation on every hundredth call shows as well.</summary>
    public static long PerCall(Action action)
    {
        // What a first call prepares for all later ones, static fields for instance, is not the code's running cost.
        for (int i = 0; i < WarmUpCalls; i++)
            action();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < MeasuredCalls; i++)
            action();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (allocated + MeasuredCalls - 1) / MeasuredCalls;
    }
}

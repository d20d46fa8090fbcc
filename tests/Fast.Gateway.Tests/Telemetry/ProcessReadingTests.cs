using System;
using Fast.Gateway.Telemetry;
using Xunit;

namespace Fast.Gateway.Tests.Telemetry;

public sealed class ProcessReadingTests
{
    [Fact]
    public void A_reading_is_of_this_process()
    {
        ProcessReading first = ProcessReading.Now();
        byte[] kept = new byte[1 << 20];
        ProcessReading second = ProcessReading.Now();
        Assert.InRange(second.AllocatedBytes - first.AllocatedBytes, kept.Length, long.MaxValue);
        Assert.InRange(second.ResidentBytes, 1 << 20, Environment.WorkingSet * 2);
        Assert.InRange(second.HeapBytes, kept.Length, second.AllocatedBytes + (1 << 30));
        Assert.InRange(second.Cpu, TimeSpan.FromTicks(1), TimeSpan.FromDays(1));
        Assert.InRange(second.Pause, TimeSpan.Zero, TimeSpan.FromDays(1));
        Assert.InRange(second.PoolThreads, 1, 10_000);
        Assert.Equal(3, second.Collections.Length);
        Assert.Equal(OperatingSystem.IsLinux(), second.OpenFds is > 2 and < 1_000_000);
    }
}

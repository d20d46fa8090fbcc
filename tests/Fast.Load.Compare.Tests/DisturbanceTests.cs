using System;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Machine;
using Xunit;

namespace Fast.Load.Compare.Tests;

public sealed class DisturbanceTests
{
    private const string Before =
        """
        cpu  300 0 100 1100 60 0 10 20 0 0
        cpu0 100 0 50 500 10 0 5 10 0 0
        cpu1 200 0 50 600 50 0 5 10 0 0
        cpu10 900 0 50 900 50 0 5 90 0 0
        intr 12 0 0
        """;

    private const string After =
        """
        cpu  400 0 150 1160 62 0 12 24 0 0
        cpu0 150 0 75 520 12 0 6 13 0 0
        cpu1 250 0 75 640 50 0 6 11 0 0
        cpu10 990 0 50 990 50 0 5 99 0 0
        intr 13 0 0
        """;

    [Fact]
    public void Idle_and_stolen_time_of_the_named_cpus_are_read()
    {
        Assert.Equal(new CpuTicks(TimeSpan.FromSeconds(5.1), TimeSpan.FromSeconds(0.1)), CpuTicks.Parse(Before, [0]));
        Assert.Equal(new CpuTicks(TimeSpan.FromSeconds(11.6), TimeSpan.FromSeconds(0.2)), CpuTicks.Parse(Before, [0, 1]));
        Assert.Equal(default, CpuTicks.Parse(Before, [7]));
    }

    [Fact]
    public void Foreign_is_what_is_neither_idle_nor_stolen_nor_ours()
    {
        // One CPU, one second: 220 ms idle, 30 ms stolen, 650 ms ours.
        Disturbance one = Between([0], 0.65);
        Assert.Equal(3, one.StealPercent, 6);
        Assert.Equal(10, one.ForeignPercent, 6);

        // Two CPUs for a second: 620 ms idle, 40 ms stolen, 1.34 s ours.
        Disturbance two = Between([0, 1], 1.34);
        Assert.Equal(2, two.StealPercent, 6);
        Assert.Equal(0, two.ForeignPercent, 6);
    }

    [Fact]
    public void Own_time_beyond_what_was_busy_is_no_negative_disturbance() => Assert.Equal(0, Between([0], 2).ForeignPercent);

    [Theory]
    [InlineData(2, 5, 1)]
    [InlineData(1, 10, 2)]
    [InlineData(6, 0, 3)]
    public void The_worse_of_the_two_decides(double steal, double foreign, double badness) =>
        Assert.Equal(badness, new Disturbance(steal, foreign).Badness(2, 5), 6);

    [Fact]
    public void A_thread_s_cpu_and_time_are_read_although_its_name_is_awkward()
    {
        string stat = "42 (a) b (c) S 7 42 42 0 -1 4194304 1 0 0 0 5 6 0 0 20 0 9 0 100 1000 10 18446744073709551615 1 1 0 0 0 0 0 "
            + "4096 0 0 0 0 17 3 0 0 0 0 0";
        Assert.Equal(3, OwnCpu.ProcessorOf(stat));
        Assert.Equal(4007670, OwnCpu.RunTime("4007670 7316369 2\n"));
        Assert.True(ProcessTree.TryParse(stat, out int parent, out string name));
        Assert.Equal((7, "a) b (c"), (parent, name));
        Assert.False(ProcessTree.TryParse("", out _, out _));
    }

    // The two texts are a second apart.
    private static Disturbance Between(int[] cpus, double ownSeconds) => Disturbance.Of(
        CpuTicks.Parse(Before, cpus), CpuTicks.Parse(After, cpus), TimeSpan.FromSeconds(ownSeconds), TimeSpan.FromSeconds(1), cpus.Length);
}

using System;
using System.IO;
using Fast.Load.Compare.Machine;
using Xunit;

namespace Fast.Load.Compare.Tests;

public sealed class CpuPlanTests
{
    [Fact]
    public void On_one_cpu_only_the_bookkeeping_is_elsewhere()
    {
        CpuPlan plan = CpuPlan.Of(Layout.OneCpu, null, [0, 1]);
        Assert.Equal(new CpuPlan(0, 0, 0, 1), plan);
        Assert.Equal([0], plan.Used([0, 1]));
    }

    [Fact]
    public void On_two_cpus_the_target_is_alone()
    {
        CpuPlan plan = CpuPlan.Of(Layout.TwoCpu, null, [2, 5, 6]);
        Assert.Equal(new CpuPlan(2, 2, 5, 6), plan);
        Assert.Equal([2, 5], plan.Used([2, 5, 6]));
        Assert.Equal([5], plan.OfTarget([2, 5, 6]));
        Assert.Equal(new CpuPlan(0, 0, 1, 0), CpuPlan.Of(Layout.TwoCpu, null, [0, 1]));
    }

    [Fact]
    public void Free_binds_nothing() => Assert.Equal([0, 1, 2], CpuPlan.Of(Layout.Free, null, [0, 1, 2]).Used([0, 1, 2]));

    [Fact]
    public void The_provider_may_have_a_cpu_of_its_own() => Assert.Equal([0, 1], CpuPlan.Of(Layout.OneCpu, 1, [0, 1]).Used([0, 1]));

    [Fact]
    public void A_machine_that_is_too_small_is_refused()
    {
        Assert.Throws<InvalidDataException>(static () => CpuPlan.Of(Layout.TwoCpu, null, [0]));
        Assert.Throws<InvalidDataException>(static () => CpuPlan.Of(Layout.OneCpu, 9, [0, 1]));
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2m", 120)]
    public void Times_are_read_as_people_write_them(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds, 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("1h")]
    [InlineData("99999999s")]
    public void Other_times_are_refused(string text) => Assert.False(Durations.TryParse(text, out _));
}

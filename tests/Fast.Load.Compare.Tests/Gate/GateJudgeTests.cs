using System;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Tests.Support;
using Fast.Load.Gate;
using Xunit;

namespace Fast.Load.Compare.Tests.Gate;

public sealed class GateJudgeTests
{
    private static readonly Budget s_cpu = new(1, "saturated", "fast", MetricTable.CpuPerRequest);

    [Fact]
    public void A_ratio_is_the_median_of_the_ratios_within_rounds()
    {
        Budget budget = s_cpu with { RatioTo = "nginx" };
        Assert.Null(Judge(budget with { Max = 1.25 }).Broken);
        Verdict broken = Judge(budget with { Max = 1.24 });
        Assert.Equal(
            "BROKEN line 1: saturated fast / nginx cpu_us_per_request: 1.25, budget at most 1.24: too much; from sample.json",
            broken.ToString());
        Assert.Equal(1.5, Judge(budget with { Max = 1.25, Judged = Judged.Highest }).Value);
    }

    [Fact]
    public void A_value_is_held_against_both_limits()
    {
        Assert.Null(Judge(s_cpu with { Max = 50, Min = 50 }).Broken);
        Assert.Equal("too little", Judge(s_cpu with { Min = 51 }).Broken);
        Assert.Equal("too much", Judge(s_cpu with { Max = 49 }).Broken);
    }

    [Fact]
    public void One_round_with_a_failure_breaks_a_count()
    {
        ScenarioResult scenario = Sample.Saturated();
        Budget budget = new(1, "saturated", "fast", MetricTable.Failed) { Max = 0, Judged = Judged.Highest };
        Assert.Null(Judge(budget, scenario).Broken);
        scenario.Find("fast")!.Set(MetricTable.Failed, 2, 1);
        Assert.Equal(("too much", 1), (Judge(budget, scenario).Broken, Judge(budget, scenario).Value));
    }

    [Theory]
    [InlineData("stream", "fast", "cpu_us_per_request", null, "no scenario stream")]
    [InlineData("saturated", "haproxy", "cpu_us_per_request", null, "no target haproxy")]
    [InlineData("saturated", "yarp", "cpu_us_per_request", null, "yarp was skipped: `dotnet` is not there")]
    [InlineData("saturated", "fast", "cold_start_ms", null, "fast has no cold_start_ms in saturated")]
    [InlineData("saturated", "fast", "cpu_us_per_request", "haproxy", "no target haproxy")]
    public void What_was_not_measured_does_not_hold(string scenario, string target, string metric, string? to, string why)
    {
        Verdict verdict = Judge(new Budget(1, scenario, target, metric) { RatioTo = to, Max = 1e9 });
        Assert.Contains(why, verdict.Broken, StringComparison.Ordinal);
        Assert.Contains("BROKEN", verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_ended_does_not_hold()
    {
        ScenarioResult scenario = Sample.Saturated();
        scenario.Find("fast")!.Trouble = "ended by signal 11";
        Assert.Contains("ended by signal 11", Judge(s_cpu with { Max = 1e9 }, scenario).Broken, StringComparison.Ordinal);
    }

    private static Verdict Judge(Budget budget, ScenarioResult? scenario = null) =>
        Assert.Single(GateJudge.Judge([budget], Sample.Result(scenario ?? Sample.Saturated())));
}

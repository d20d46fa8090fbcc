using System;
using Fast.Load.Compare.Results;

namespace Fast.Load.Compare.Tests.Support;

/// <summary>A result as a comparison could have had it.</summary>
internal static class Sample
{
    public static CompareResult Result(params ScenarioResult[] scenarios) => new()
    {
        At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Command = "fastload compare --targets direct,nginx,fast",
        Layout = "one-cpu",
        SliceSeconds = 1.5,
        Machine = [("kernel", "6.1"), ("cpu", "a <fast> & cheap one")],
        Targets =
        [
            new TargetFacts("direct", "1", "", "", null),
            new TargetFacts("nginx", "1.22", "/usr/sbin/nginx", "abc", null),
            new TargetFacts("fast", "0.1", "publish/fast", "def", null),
            new TargetFacts("yarp", "", "", "", "`dotnet` is not there"),
        ],
        Scenarios = scenarios,
        Source = "sample.json",
    };

    public static ScenarioResult Saturated()
    {
        TargetRow direct = Row("direct", [100, 110, 120], [10, 10, 10]);
        TargetRow nginx = Row("nginx", [200, 180, 240], [40, 50, 40]);
        TargetRow fast = Row("fast", [300, 200, 260], [50, 50, 60]);
        foreach (TargetRow row in (TargetRow[])[nginx, fast])
            row.AddDifferences(direct);
        return new ScenarioResult("saturated", "closed loop, 1 KB", 3, [direct, nginx, fast]) { Discarded = 2, Disturbed = 1 };
    }

    public static TargetRow Row(string target, double[] p50, double[] cpu)
    {
        TargetRow row = new(target, p50.Length);
        for (int round = 0; round < p50.Length; round++)
        {
            row.Set(MetricTable.P50, round, p50[round]);
            row.Set(MetricTable.CpuPerRequest, round, cpu[round]);
            row.Set(MetricTable.Failed, round, 0);
            row.Set(MetricTable.Rss, round, 20 * 1024 * 1024);
        }
        row.Curve = [(1, p50[0] / 2), (50, p50[0]), (90, p50[0] * 2), (99, p50[0] * 4), (99.9, p50[0] * 20), (100, p50[0] * 50)];
        return row;
    }
}

using System.Globalization;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;

namespace Fast.Load.Plots;

/// <summary>CPU for each request, or for each event of a stream: a group a scenario.</summary>
internal static class CpuPlot
{
    /// <summary>The drawing; null when no scenario has CPU times.</summary>
    public static string? Draw(CompareResult result)
    {
        BarGroup[] groups = [.. result.Scenarios.Select(GroupOf)];
        return BarPlot.Draw($"CPU of the gateway, layout {result.Layout}",
            "CPU µs for each request (or streamed event), median and range of the rounds", groups, new Palette(result), isOneScale: false);
    }

    private static BarGroup GroupOf(ScenarioResult scenario)
    {
        bool isStream = scenario.Rows.Any(static row => row.Series(MetricTable.CpuPerEvent).Count > 0);
        string metric = isStream ? MetricTable.CpuPerEvent : MetricTable.CpuPerRequest;
        return new BarGroup($"{scenario.Name}: {scenario.Title}, {(isStream ? "for each event" : "for each request")}",
        [
            .. scenario.Rows.Where(static row => row.Target != CompareRun.Reference).Select(row =>
            {
                Spread spread = row.SpreadOf(metric);
                string text = spread.Median.ToString(spread.Median < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
                return new PlotBar(row.Target, spread, text + " µs");
            }),
        ]);
    }
}

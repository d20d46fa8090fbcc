using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;

namespace Fast.Load.Plots;

/// <summary>Resident memory: before, after and long after load; without that scenario, during the others.</summary>
internal static class MemoryPlot
{
    private const double Megabyte = 1024 * 1024;

    private static readonly (string Metric, string Title)[] s_moments =
    [
        (MetricTable.RssIdle, "idle"),
        (MetricTable.RssLoaded, "right after the load"),
        (MetricTable.RssAfter, "10 s later"),
    ];

    /// <summary>The drawing; null when nothing says anything about memory.</summary>
    public static string? Draw(CompareResult result)
    {
        ScenarioResult? memory = result.Scenarios.FirstOrDefault(static scenario =>
            scenario.Rows.Any(static row => row.Series(MetricTable.RssIdle).Count > 0));
        IReadOnlyList<BarGroup> groups = memory is not null
            ? [.. s_moments.Select(moment => GroupOf(memory, moment.Metric, moment.Title))]
            : [.. result.Scenarios.Select(static scenario => GroupOf(scenario, MetricTable.Rss, $"after a slice of {scenario.Name}"))];
        return BarPlot.Draw("Memory of the gateway", "resident set (RSS) of all processes of the gateway, MB", groups,
            new Palette(result), isOneScale: true);
    }

    private static BarGroup GroupOf(ScenarioResult scenario, string metric, string title) => new(title,
    [
        .. scenario.Rows.Where(static row => row.Target != CompareRun.Reference).Select(row =>
        {
            Spread spread = Spread.Of(row.Series(metric).Select(static bytes => bytes / Megabyte));
            return new PlotBar(row.Target, spread, spread.Median.ToString("0.0", CultureInfo.InvariantCulture) + " MB");
        }),
    ]);
}

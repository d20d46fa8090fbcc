using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Scenarios;

namespace Fast.Load.Plots;

/// <summary>Latency by percentile: a panel a scenario, a line a target, both axes logarithmic so that the tail has room.</summary>
internal static class LatencyPlot
{
    private const double PanelWidth = 470;
    private const double PanelHeight = 310;
    private const double Left = 66;
    private const double Right = 16;
    private const double Top = 34;
    private const double Bottom = 48;
    private const double HeadHeight = 62;

    private static readonly (double Percent, string Label)[] s_percentTicks =
        [(0, "p0"), (50, "p50"), (90, "p90"), (99, "p99"), (99.9, "p99.9"), (99.99, "p99.99")];

    /// <summary>The drawing; null when no scenario has latencies.</summary>
    public static string? Draw(CompareResult result)
    {
        ScenarioResult[] panels = [.. result.Scenarios.Where(static scenario => scenario.Rows.Any(static row => row.Curve.Count > 1))];
        if (panels.Length == 0)
            return null;
        int columns = Math.Min(2, panels.Length);
        int lines = (panels.Length + columns - 1) / columns;
        Palette palette = new(result);
        Canvas canvas = new(columns * PanelWidth, HeadHeight + lines * PanelHeight);
        Legend.Draw(canvas, $"Latency by percentile, layout {result.Layout}", palette, isWithReference: true);
        foreach ((int index, ScenarioResult panel) in panels.Index())
            DrawPanel(canvas, panel, palette, index % columns * PanelWidth, HeadHeight + index / columns * PanelHeight);
        return canvas.Finish("Latency by percentile");
    }

    private static void DrawPanel(Canvas canvas, ScenarioResult scenario, Palette palette, double x, double y)
    {
        (TargetRow Row, (double Percent, double Microseconds)[] Points)[] curves =
        [
            .. scenario.Rows.Select(static row => (row, row.Curve.Where(IsShown).ToArray()))
                .Where(static curve => curve.Item2.Length > 1),
        ];
        if (curves.Length == 0)
            return;
        double low = curves.Min(static curve => curve.Points.Min(static point => point.Microseconds));
        double high = curves.Max(static curve => curve.Points.Max(static point => point.Microseconds));
        LogAxis up = new(low, high, y + PanelHeight - Bottom, y + Top);
        double tailMost = Math.Clamp(curves.Max(static curve => Tail(curve.Points[^1].Percent)), 2, 4);
        double plotWidth = PanelWidth - Left - Right;
        double X(double percent) => x + Left + Math.Min(Tail(percent), tailMost) / tailMost * plotWidth;

        string what = ScenarioTable.Find(scenario.Name) is { IsStream: true } ? ", to the first event" : "";
        canvas.Text(x + 16, y + 18, $"{scenario.Name}: {scenario.Title}{what}", 12.5, isBold: true);
        foreach (double tick in up.Ticks())
        {
            canvas.Line(x + Left, up.At(tick), x + PanelWidth - Right, up.At(tick), opacity: 0.25);
            canvas.Text(x + Left - 6, up.At(tick) + 4, Show(tick), 11, Anchor.End);
        }
        foreach ((double percent, string label) in s_percentTicks.Where(tick => Tail(tick.Percent) <= tailMost + 0.01))
        {
            canvas.Line(X(percent), y + Top, X(percent), y + PanelHeight - Bottom, opacity: 0.25);
            bool isAtTheEdge = X(percent) > x + PanelWidth - Right - Canvas.WidthOf(label, 11) / 2;
            canvas.Text(isAtTheEdge ? x + PanelWidth - 4 : X(percent), y + PanelHeight - Bottom + 16, label, 11,
                isAtTheEdge ? Anchor.End : Anchor.Middle);
        }
        canvas.Text(x + Left + plotWidth / 2, y + PanelHeight - 12, "share of requests that were faster", 11, Anchor.Middle);
        canvas.Upwards(x + 13, y + Top + (PanelHeight - Top - Bottom) / 2, "latency", 11);
        foreach ((TargetRow row, (double Percent, double Microseconds)[] points) in curves)
        {
            IEnumerable<(double, double)> line = points.Where(point => Tail(point.Percent) <= tailMost)
                .Select(point => (X(point.Percent), up.At(point.Microseconds)));
            canvas.Path(line, palette.Of(row.Target), row.Target == CompareRun.Reference);
        }
    }

    // The last request has no place on the axis, and the few fastest would take half of it.
    private static bool IsShown((double Percent, double Microseconds) point) =>
        point.Percent is > 0.5 and < 99.9995 && point.Microseconds > 0;

    // 0 for the fastest, 1 for p90, 2 for p99: each nine is as wide as the one before.
    private static double Tail(double percent) => -Math.Log10(Math.Max(1e-6, 1 - percent / 100));

    private static string Show(double microseconds) => microseconds switch
    {
        >= 1_000_000 => (microseconds / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + " s",
        >= 1_000 => (microseconds / 1_000).ToString("0.##", CultureInfo.InvariantCulture) + " ms",
        _ => microseconds.ToString("0.##", CultureInfo.InvariantCulture) + " µs",
    };
}

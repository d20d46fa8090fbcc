using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Load.Compare.Scenarios;

namespace Fast.Load.Compare.Results;

/// <summary>Results as text.</summary>
internal static class ResultTable
{
    private const string RatioBase = "nginx";

    public static void Write(CompareResult result, TextWriter to)
    {
        to.WriteLine($"layout {result.Layout}, slices of {result.SliceSeconds:0.##} s; median over the rounds [lowest..highest]");
        to.WriteLine("added = difference of percentiles to `direct` in the same round; "
            + $"x = ratio to {RatioBase} in the same round; CPU of `direct` is the provider's");
        foreach (TargetFacts target in result.Targets)
            to.WriteLine(target.Skipped is null ? $"  {target.Name}: {target.Version}" : $"  {target.Name}: skipped: {target.Skipped}");
        foreach (ScenarioResult scenario in result.Scenarios)
            Write(scenario, to);
    }

    public static void Write(ScenarioResult scenario, TextWriter to)
    {
        to.WriteLine();
        string rounds = scenario.Rounds == 1 ? "1 round" : $"{scenario.Rounds} rounds";
        to.WriteLine($"{scenario.Name}: {scenario.Title}; {rounds}, {scenario.Discarded} disturbed slices discarded"
            + (scenario.Disturbed > 0 ? $", {scenario.Disturbed} KEPT ALTHOUGH DISTURBED" : ""));
        List<string[]> lines = [.. Lines(scenario)];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            IEnumerable<string> cells = line.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            to.WriteLine($"  {string.Join("  ", cells)}".TrimEnd());
        }
        foreach (TargetRow row in scenario.Rows)
        {
            foreach ((string kind, long count) in row.Failures)
                to.WriteLine($"  {row.Target}: {count} x {kind}");
            if (row.Trouble is not null)
                to.WriteLine($"  {row.Target}: {row.Trouble.Replace("\n", "\n    ", StringComparison.Ordinal)}");
        }
    }

    private static IEnumerable<string[]> Lines(ScenarioResult scenario)
    {
        Metric[] shown = [.. MetricTable.All.Where(metric => IsWorthIt(metric, scenario))];
        TargetRow? basis = scenario.Find(RatioBase);
        yield return
        [
            "target",
            .. shown.SelectMany(metric => HasRatio(metric, scenario, basis) ? new[] { metric.Title, "x" } : [metric.Title]),
        ];
        foreach (TargetRow row in scenario.Rows)
            yield return [row.Target, .. shown.SelectMany(metric => Cells(metric, scenario, row, basis))];
    }

    // What nobody failed at needs no column.
    private static bool IsWorthIt(Metric metric, ScenarioResult scenario) => !metric.IsHidden
        && scenario.Rows.Any(row => !row.SpreadOf(metric.Name).IsNone)
        && (metric.Name is not MetricTable.Unanswered || scenario.Rows.Any(row => row.SpreadOf(metric.Name).High > 0));

    // At a rate that is given, everybody who keeps up has the same throughput; the length of a stream is the provider's.
    private static bool IsGiven(Metric metric, ScenarioResult scenario) => ScenarioTable.Find(scenario.Name) is { } known
        && ((metric.Name == MetricTable.Throughput && known.Rate > 0) || (metric.AddedTo == MetricTable.P50 && known.IsStream));

    private static bool HasRatio(Metric metric, ScenarioResult scenario, TargetRow? basis) =>
        metric.ShowsRatio && !IsGiven(metric, scenario) && basis is not null && !basis.SpreadOf(metric.Name).IsNone;

    private static IEnumerable<string> Cells(Metric metric, ScenarioResult scenario, TargetRow row, TargetRow? basis)
    {
        Spread spread = row.SpreadOf(metric.Name);
        if (row.Target == CompareRun.Reference && metric.AddedTo is not null)
            spread = Spread.None;
        double value = MetricTable.IsCountOfFailures(metric.Name)
            ? row.Series(metric.Name).Where(double.IsFinite).Sum() : spread.Median;
        bool showsSpread = metric.ShowsSpread && spread.Count > 1 && !IsGiven(metric, scenario);
        yield return MetricTable.Show(metric, value)
            + (showsSpread ? $" [{MetricTable.Show(metric, spread.Low)}..{MetricTable.Show(metric, spread.High)}]" : "");
        if (!HasRatio(metric, scenario, basis))
            yield break;
        Spread ratio = row == basis || row.Target == CompareRun.Reference
            ? Spread.None : Spread.Ratio(row.Series(metric.Name), basis!.Series(metric.Name));
        string text = ratio.Count > 1 ? $"{ratio.Median:0.00} [{ratio.Low:0.00}..{ratio.High:0.00}]" : $"{ratio.Median:0.00}";
        yield return ratio.IsNone ? "" : text;
    }
}

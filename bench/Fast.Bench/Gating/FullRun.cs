using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Fast.Bench.Gating;

/// <summary>The plain command: BenchmarkDotNet measures at length, and one table shows it beside the budgets.</summary>
internal static class FullRun
{
    /// <summary>
    /// How BenchmarkDotNet runs here: in this process, because its usual way, a project built for each class, knows neither this
    /// repository's layout nor its newest framework.
    /// </summary>
    public static ManualConfig Config => ManualConfig.CreateEmpty()
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(6)
            .WithIterationCount(15)
            .WithIterationTime(TimeInterval.FromMilliseconds(100)));

    /// <summary>Runs the benchmarks whose name has a text in it.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string filter)
    {
        ManualConfig config = Config.AddLogger(NullLogger.Instance).AddEventProcessor(new Progress());
        BenchmarkRunInfo[] selected = [.. Catalog.Select(config, filter)];
        if (selected.Length == 0)
        {
            Console.Error.WriteLine($"bench: no benchmark has '{filter}' in its name");
            return 2;
        }

        Summary[] summaries = BenchmarkRunner.Run(selected);
        List<Measured> measured = [.. summaries.SelectMany(static summary => RowsOf(summary))];
        Table.Write(Console.Out, "mean", measured, BudgetFile.Read());
        foreach (string failure in summaries.SelectMany(FailuresOf))
            Console.Error.WriteLine($"bench: {failure}");
        return summaries.SelectMany(FailuresOf).Any() ? 1 : 0;
    }

    private static IEnumerable<Measured> RowsOf(Summary summary)
    {
        BenchmarkReport[] reports = [.. summary.Reports.Where(static report => report.ResultStatistics is not null)];
        foreach (BenchmarkReport report in reports)
        {
            BenchmarkReport? baseline = report.BenchmarkCase.Descriptor.Baseline ? null : reports.FirstOrDefault(other =>
                other.BenchmarkCase.Descriptor.Baseline
                && other.BenchmarkCase.Parameters.DisplayInfo == report.BenchmarkCase.Parameters.DisplayInfo);
            yield return RowOf(report, baseline);
        }
    }

    private static Measured RowOf(BenchmarkReport report, BenchmarkReport? baseline) => new(
        Catalog.NameOf(report.BenchmarkCase),
        report.ResultStatistics!.Mean,
        report.ResultStatistics.Mean / baseline?.ResultStatistics!.Mean,
        BytesOf(report),
        baseline is null ? null : BytesOf(report) - BytesOf(baseline));

    private static long BytesOf(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;

    private static IEnumerable<string> FailuresOf(Summary summary) =>
        summary.ValidationErrors.Where(static error => error.IsCritical).Select(static error => error.Message)
            .Concat(summary.Reports.Where(static report => !report.Success)
                .Select(static report => $"{Catalog.NameOf(report.BenchmarkCase)} did not run; see BenchmarkDotNet.Artifacts/*.log"));

    private sealed class Progress : EventProcessor
    {
        public override void OnStartRunBenchmark(BenchmarkCase benchmarkCase) =>
            Console.Error.WriteLine($"bench: {Catalog.NameOf(benchmarkCase)}");
    }
}

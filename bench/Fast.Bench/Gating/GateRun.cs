using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace Fast.Bench.Gating;

/// <summary>The command <c>gate</c>: measures shortly, and says no when a budget is broken.</summary>
internal static class GateRun
{
    /// <summary>How often a group whose ratio is too high is measured before it counts as slow.</summary>
    private const int AttemptsMax = 4;

    /// <summary>Runs the gate.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string filter)
    {
        long begun = Stopwatch.GetTimestamp();
        Dictionary<string, Budget> budgets = BudgetFile.Read().Where(row => Catalog.Matches(row.Key, filter)).ToDictionary();
        List<GroupResult> groups = [];
        foreach (BenchmarkRunInfo type in Catalog.Select(ManualConfig.CreateEmpty(), filter))
        {
            foreach (var cases in type.BenchmarksCases.GroupBy(static one => one.Parameters.DisplayInfo))
                groups.Add(MeasureUntilGood([.. cases], budgets));
        }

        // A baseline that is only there for the sake of another is not what was asked for.
        List<Measured> measured = [.. groups.SelectMany(static group => group.Rows).Where(row => Catalog.Matches(row.Name, filter))];
        if (measured.Count + budgets.Count == 0)
        {
            Console.Error.WriteLine($"bench: no benchmark has '{filter}' in its name");
            return 2;
        }

        List<Offence> offences = Gate.Judge(measured, budgets);
        Table.Write(Console.Out, "best", measured, budgets);
        Console.WriteLine();
        int again = groups.Count(static group => group.Attempts > 1);
        Console.WriteLine($"gate: {measured.Count} benchmarks in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s, "
            + $"{again} of {groups.Count} groups measured again, {offences.Count} broken budgets");
        Table.Write(Console.Out, offences);
        return offences.Count == 0 ? 0 : 1;
    }

    private static GroupResult MeasureUntilGood(IReadOnlyList<BenchmarkCase> cases, Dictionary<string, Budget> budgets)
    {
        using BenchGroup group = new(cases);
        List<Reading> best = Meter.Measure(group);
        for (int attempts = 1; ; attempts++)
        {
            List<Measured> rows = RowsOf(group, best);
            bool slow = Gate.Judge(rows, budgets).Exists(static offence => offence.Kind == OffenceKind.Ratio);
            if (!slow || attempts == AttemptsMax)
                return new GroupResult(rows, attempts);
            best = [.. best.Zip(Meter.Measure(group), static (one, other) => one.Best(other))];
        }
    }

    private static List<Measured> RowsOf(BenchGroup group, List<Reading> readings)
    {
        List<Measured> rows = [];
        for (int i = 0; i < readings.Count; i++)
        {
            (double nanoseconds, double? ratio, long bytes) = readings[i];
            rows.Add(new Measured(group.Benches[i].Name, nanoseconds, ratio, bytes, ratio is null ? null : bytes - readings[group.Baseline].Bytes));
        }

        return rows;
    }

    private sealed record GroupResult(List<Measured> Rows, int Attempts);
}

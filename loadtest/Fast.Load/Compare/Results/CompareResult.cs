using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Load.Compare.Results;

/// <summary>All that one comparison found.</summary>
internal sealed record CompareResult
{
    public const int SchemaVersion = 1;

    public required DateTimeOffset At { get; init; }

    /// <summary>The exact command line.</summary>
    public required string Command { get; init; }

    public required string Layout { get; init; }

    public required double SliceSeconds { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Machine { get; init; }

    public required IReadOnlyList<TargetFacts> Targets { get; init; }

    public required IReadOnlyList<ScenarioResult> Scenarios { get; init; }

    /// <summary>Where it is kept; for messages.</summary>
    public string Source { get; init; } = "this run";

    public ScenarioResult? Find(string scenario) => Scenarios.FirstOrDefault(found => found.Name == scenario);
}

/// <summary>What was measured, or why it was not.</summary>
internal sealed record TargetFacts(string Name, string Version, string Binary, string Sha256, string? Skipped);

/// <summary>One scenario, all targets.</summary>
internal sealed record ScenarioResult(string Name, string Title, int Rounds, IReadOnlyList<TargetRow> Rows)
{
    /// <summary>Slices that others disturbed, and that were repeated.</summary>
    public int Discarded { get; init; }

    /// <summary>Slices that were kept although they were disturbed, because repeating did not help.</summary>
    public int Disturbed { get; init; }

    public TargetRow? Find(string target) => Rows.FirstOrDefault(row => row.Target == target);
}

/// <summary>One target in one scenario.</summary>
internal sealed class TargetRow(string target, int rounds)
{
    private readonly Dictionary<string, double[]> _metrics = new(StringComparer.Ordinal);

    public string Target { get; } = target;

    public int Rounds { get; } = rounds;

    /// <summary>Why it could not be measured to the end; null when it was.</summary>
    public string? Trouble { get; set; }

    /// <summary>What failed, by kind.</summary>
    public SortedDictionary<string, long> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Latency by percentile over all kept slices, in microseconds; of streams up to the first event.</summary>
    public IReadOnlyList<(double Percent, double Microseconds)> Curve { get; set; } = [];

    public IEnumerable<string> MetricNames => _metrics.Keys;

    /// <summary>One value a round, NaN where there is none; empty for a metric that this row does not have.</summary>
    public IReadOnlyList<double> Series(string metric) => _metrics.TryGetValue(metric, out double[]? series) ? series : [];

    public Spread SpreadOf(string metric) => Spread.Of(Series(metric));

    public void Set(string metric, int round, double value)
    {
        if (!_metrics.TryGetValue(metric, out double[]? series))
        {
            series = new double[Rounds];
            Array.Fill(series, double.NaN);
            _metrics.Add(metric, series);
        }
        series[round] = value;
    }

    /// <summary>Fills in what is a difference to another row of the same round.</summary>
    public void AddDifferences(TargetRow direct)
    {
        foreach (Metric metric in MetricTable.All.Where(static metric => metric.AddedTo is not null))
        {
            IReadOnlyList<double> own = Series(metric.AddedTo!);
            IReadOnlyList<double> other = direct.Series(metric.AddedTo!);
            for (int round = 0; round < Math.Min(own.Count, other.Count); round++)
                Set(metric.Name, round, own[round] - other[round]);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Machine;
using Fast.Load.Compare.Results;
using Fast.Load.Load;
using Fast.Load.Targets;

namespace Fast.Load.Compare.Scenarios;

/// <summary>One scenario of load: rounds over all targets, each slice repeated while others disturb it.</summary>
internal sealed class LoadScenario(Lab lab, Scenario scenario, Action<string> progress, Urgency? urgency)
{
    /// <summary>How often one slice is tried before the least disturbed of the tries is kept.</summary>
    private const int TriesMax = 4;

    private const double NanosecondsPerMicrosecond = 1e3;

    private int _discarded;
    private int _disturbed;

    public async Task<ScenarioResult> RunAsync(CancellationToken stop)
    {
        int rounds = scenario.Rounds ?? lab.Options.Rounds;
        TargetRow[] rows = [.. lab.Targets.Select(target => new TargetRow(target.File.Name, rounds))];
        LoadResult?[] totals = new LoadResult?[rows.Length];
        SliceRunner[] runners = [.. lab.Targets.Select(target => new SliceRunner(lab, scenario, target))];
        try
        {
            foreach (int i in RoundOrder.Of(0, runners.Length))
                await TryAsync(rows[i], runners[i].Target, () => runners[i].WarmUpAsync(stop));
            for (int round = 0; round < rounds; round++)
            {
                foreach (int i in RoundOrder.Of(round, runners.Length))
                {
                    progress($"{scenario.Name}: round {round + 1} of {rounds}: {rows[i].Target}");
                    await TryAsync(rows[i], runners[i].Target, async () =>
                    {
                        Slice slice = await RunKeptAsync(runners[i], stop);
                        Keep(slice, rows[i], round, ref totals[i]);
                    });
                }
            }
        }
        finally
        {
            foreach (SliceRunner runner in runners)
                runner.Dispose();
        }
        Finish(rows, totals);
        return new ScenarioResult(scenario.Name, scenario.Title, rounds, rows) { Discarded = _discarded, Disturbed = _disturbed };
    }

    /// <summary>A slice that nobody disturbed, or the least disturbed one of several.</summary>
    private async Task<Slice> RunKeptAsync(SliceRunner runner, CancellationToken stop)
    {
        Slice? best = null;
        double bestBadness = double.MaxValue;
        for (int tries = 0; tries < TriesMax; tries++)
        {
            urgency?.Hear();
            Slice slice = await runner.RunAsync(stop);
            double badness = slice.Disturbance.Badness(lab.Options.StealPercentMost, lab.Options.ForeignPercentMost);
            if (badness < bestBadness)
                (best, bestBadness) = (slice, badness);
            if (badness <= 1)
                break;
            _discarded++;
        }
        if (bestBadness > 1)
        {
            // One of the tries is kept after all.
            _discarded--;
            _disturbed++;
        }
        return best!;
    }

    private static void Keep(Slice slice, TargetRow row, int round, ref LoadResult? total)
    {
        foreach ((string metric, double value) in slice.Metrics)
            row.Set(metric, round, value);
        foreach ((string kind, long count) in slice.Load.Failures)
            row.Failures[kind] = row.Failures.GetValueOrDefault(kind) + count;
        if (total is null)
            total = slice.Load;
        else
            total.Add(slice.Load);
    }

    // A target that is gone is out of this scenario; the others go on.
    private static async Task TryAsync(TargetRow row, RunningTarget target, Func<Task> run)
    {
        if (row.Trouble is not null)
            return;
        if (target.FindEnd() is null)
            await run();
        row.Trouble = target.FindEnd();
    }

    private void Finish(TargetRow[] rows, LoadResult?[] totals)
    {
        for (int i = 0; i < rows.Length; i++)
            rows[i].Curve = [.. totals[i] is { } total ? Thin(CurveOf(total)) : []];
        TargetRow? direct = rows.FirstOrDefault(static row => row.Target == CompareRun.Reference);
        foreach (TargetRow row in rows.Where(row => direct is not null && row != direct))
            row.AddDifferences(direct!);
    }

    // The length of a stream is the provider's; what a gateway adds is seen at its first event.
    private IEnumerable<(double, long)> CurveOf(LoadResult total) => (scenario.IsStream ? total.FirstByteNs : total.LatencyNs).Curve();

    /// <summary>So many points that a plot loses nothing: fifty for each nine.</summary>
    private static IEnumerable<(double, double)> Thin(IEnumerable<(double Percent, long Nanoseconds)> curve)
    {
        double next = 0;
        foreach ((double percent, long nanoseconds) in curve)
        {
            double tail = -Math.Log10(Math.Max(1e-9, 1 - percent / 100));
            if (tail < next)
                continue;
            next = tail + 0.02;
            yield return (percent, nanoseconds / NanosecondsPerMicrosecond);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Results;
using Fast.Load.Load;
using Fast.Load.Targets;

namespace Fast.Load.Compare.Scenarios;

/// <summary>Memory before load, right after it, and when it has rested, on instances that are started for it.</summary>
internal sealed class MemoryScenario(Lab lab, Scenario scenario, Action<string> progress)
{
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(1);

    public async Task<ScenarioResult> RunAsync(CancellationToken stop)
    {
        RunningTarget[] targets = [.. lab.Targets.Where(static target => !target.File.IsProvider)];
        int rounds = scenario.Rounds ?? lab.Options.Rounds;
        List<TargetRow> rows = [];
        foreach (RunningTarget target in targets)
        {
            TargetRow row = new(target.File.Name, rounds);
            rows.Add(row);
            for (int round = 0; round < rounds && row.Trouble is null; round++)
            {
                progress($"{scenario.Name}: {round + 1} of {rounds}: {row.Target}");
                await MeasureAsync(target.File, row, round, stop);
            }
        }
        return new ScenarioResult(scenario.Name, scenario.Title, rounds, rows);
    }

    private async Task MeasureAsync(TargetFile file, TargetRow row, int round, CancellationToken stop)
    {
        try
        {
            using RunningTarget target = lab.StartReady(file, stop);
            await Task.Delay(s_settle, stop);
            ProcessUsage idle = ProcessUsage.Of(target.Processes());
            long exchanges = await LoadAsync(target, row, stop);
            ProcessUsage loaded = ProcessUsage.Of(target.Processes());
            await Task.Delay(ScenarioTable.MemoryRest, stop);
            ProcessUsage after = ProcessUsage.Of(target.Processes());
            if (target.FindEnd() is { } end)
                throw new TargetException(end);
            row.Set(MetricTable.RssIdle, round, idle.RssBytes);
            row.Set(MetricTable.RssLoaded, round, loaded.RssBytes);
            row.Set(MetricTable.RssAfter, round, after.RssBytes);
            row.Set(MetricTable.RssAfterToIdle, round, (double)after.RssBytes / idle.RssBytes);
            row.Set(MetricTable.Pss, round, after.PssBytes);
            row.Set(MetricTable.Exchanges, round, exchanges);
        }
        catch (TargetException fault)
        {
            row.Trouble = fault.Message;
        }
    }

    private async Task<long> LoadAsync(RunningTarget target, TargetRow row, CancellationToken stop)
    {
        using LoadEngine engine = SliceRunner.EngineFor(lab, scenario, target);
        long start = Stopwatch.GetTimestamp();
        long exchanges = 0;
        while (exchanges < ScenarioTable.MemoryExchanges && Stopwatch.GetElapsedTime(start) < ScenarioTable.MemoryLoadMost)
        {
            LoadResult result = await engine.RunAsync(TimeSpan.FromSeconds(1), 0, stop);
            exchanges += result.Completed;
            foreach ((string kind, long count) in result.Failures)
                row.Failures[kind] = row.Failures.GetValueOrDefault(kind) + count;
            if (result.Completed == 0)
                break;
        }
        return exchanges;
    }
}

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Fast.Load.Compare.Results;
using Fast.Load.Targets;

namespace Fast.Load.Compare.Scenarios;

/// <summary>From exec to the first answer of the provider that came through, on instances that are started for it.</summary>
internal sealed class ColdStartScenario(Lab lab, Scenario scenario, Action<string> progress)
{
    private const int SpinIterations = 2_000;
    private static readonly TimeSpan s_answerMost = TimeSpan.FromSeconds(10);

    public ScenarioResult Run(CancellationToken stop)
    {
        RunningTarget[] targets = [.. lab.Targets.Where(static target => !target.File.IsProvider)];
        int rounds = scenario.Rounds ?? lab.Options.Rounds;
        TargetRow[] rows = [.. targets.Select(target => new TargetRow(target.File.Name, rounds))];
        for (int round = 0; round < rounds; round++)
        {
            foreach (int i in RoundOrder.Of(round, targets.Length))
            {
                progress($"{scenario.Name}: {round + 1} of {rounds}: {rows[i].Target}");
                if (rows[i].Trouble is null)
                    Measure(targets[i].File, rows[i], round, stop);
            }
        }
        return new ScenarioResult(scenario.Name, scenario.Title, rounds, rows);
    }

    private void Measure(TargetFile file, TargetRow row, int round, CancellationToken stop)
    {
        try
        {
            using RunningTarget target = lab.Starter.Start(file, lab.Ports.Take(), lab.Plan.Target);
            byte[] request = target.Request(Answering.Plain, scenario.BodyBytes);
            while (Probe.Ask(target.Address, request, s_answerMost).Status != 200)
            {
                stop.ThrowIfCancellationRequested();
                if (target.FindEnd() is { } end)
                    throw new TargetException(end);
                if (Stopwatch.GetElapsedTime(target.StartedAt).TotalSeconds > file.ReadySeconds)
                    throw new TargetException(target.Explain($"no answer within {file.ReadySeconds} s"));
                // Some tens of microseconds: sleeping would round the result up to the system's timer.
                Thread.SpinWait(SpinIterations);
            }
            row.Set(MetricTable.ColdStart, round, Stopwatch.GetElapsedTime(target.StartedAt).TotalMilliseconds);
        }
        catch (TargetException fault)
        {
            row.Trouble = fault.Message;
        }
    }
}

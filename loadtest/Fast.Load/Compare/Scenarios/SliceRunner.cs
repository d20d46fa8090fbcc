using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Machine;
using Fast.Load.Compare.Results;
using Fast.Load.Load;
using Fast.Load.Targets;

namespace Fast.Load.Compare.Scenarios;

/// <summary>Runs slices of one scenario on one target, over connections that live as long as it.</summary>
internal sealed class SliceRunner : IDisposable
{
    private const int RestMs = 30;
    private const double NanosecondsPerMicrosecond = 1e3;

    private readonly Lab _lab;
    private readonly Scenario _scenario;
    private readonly LoadEngine _engine;

    public SliceRunner(Lab lab, Scenario scenario, RunningTarget target)
    {
        _lab = lab;
        _scenario = scenario;
        Target = target;
        _engine = EngineFor(lab, scenario, target);
    }

    public RunningTarget Target { get; }

    public static LoadEngine EngineFor(Lab lab, Scenario scenario, RunningTarget target) => new(lab.Loop, new LoadPlan(
        target.Address, target.Request(scenario.Answering, scenario.BodyBytes), scenario.Connections ?? lab.Options.Connections,
        scenario.IsStream, CheckOf(scenario.Answering)));

    /// <summary>What every answer has to be.</summary>
    public static AnswerCheck CheckOf(Answering answering) => answering == Answering.Stream
        ? new AnswerCheck(200, ScenarioTable.EventsPerStream * 200, "[DONE]", ScenarioTable.EventsPerStream)
        : new AnswerCheck(200, 200, "chat.completion", 0);

    /// <summary>Load whose numbers nobody looks at: connections open, code is compiled, pools fill.</summary>
    public Task WarmUpAsync(CancellationToken stop) => _engine.RunAsync(_lab.Options.Slice, _scenario.Rate, stop);

    public async Task<Slice> RunAsync(CancellationToken stop)
    {
        if (_scenario.Kind != ScenarioKind.Isolation)
        {
            using Bystander bystander = Bystander.Start(_lab, _scenario.Beside, Target);
            return await MeasureAsync(bystander, stop);
        }

        Slice quiet = await MeasureAsync(null, stop);
        Slice loud;
        using (Bystander bystander = Bystander.Start(_lab, _scenario.Beside, Target))
        {
            await Bystander.WaitUntilThereAsync(stop);
            loud = await MeasureAsync(bystander, stop);
        }
        double quietP99 = Microseconds(quiet.Load.LatencyNs, 99);
        double loudP99 = Microseconds(loud.Load.LatencyNs, 99);
        Disturbance worse = quiet.Disturbance.ForeignPercent > loud.Disturbance.ForeignPercent ? quiet.Disturbance : loud.Disturbance;
        return loud with
        {
            Disturbance = worse,
            Metrics = [.. loud.Metrics, (MetricTable.QuietP99, quietP99), (MetricTable.P99ToQuiet, loudP99 / quietP99)],
        };
    }

    public void Dispose() => _engine.Dispose();

    private async Task<Slice> MeasureAsync(Bystander? bystander, CancellationToken stop)
    {
        await Task.Delay(RestMs, stop);
        IReadOnlyList<int> processes = Target.Processes();
        int[] own = [.. _lab.OwnProcesses(), .. bystander?.Processes ?? []];
        AllocationCount? allocatedBefore = await MetricsPage.ReadAsync(Target, _lab.Http, stop);
        ProcessUsage usageBefore = ProcessUsage.Of(processes);
        Reading before = Reading.Take(_lab, own);
        LoadResult load = await _engine.RunAsync(_lab.Options.Slice, _scenario.Rate, stop);
        Reading after = Reading.Take(_lab, own);
        ProcessUsage usageAfter = ProcessUsage.Of(processes);
        AllocationCount? allocatedAfter = await MetricsPage.ReadAsync(Target, _lab.Http, stop);

        TimeSpan elapsed = Stopwatch.GetElapsedTime(before.Stamp, after.Stamp);
        IReadOnlyList<int> used = _lab.Plan.Used(_lab.Cpus);
        Disturbance disturbance = Disturbance.Of(before.Used, after.Used, after.Own - before.Own, elapsed, used.Count);
        List<(string, double)> metrics = [.. LatencyMetrics(load)];
        double cpu = (usageAfter.Cpu - usageBefore.Cpu).TotalMicroseconds;
        metrics.Add((MetricTable.CpuPerRequest, load.Completed > 0 ? cpu / load.Completed : double.NaN));
        if (_scenario.IsStream)
            metrics.Add((MetricTable.CpuPerEvent, load.Events > 0 ? cpu / load.Events : double.NaN));
        metrics.Add((MetricTable.CpuPercent, 100 * cpu / elapsed.TotalMicroseconds));
        double targetCpus = elapsed.TotalSeconds * _lab.Plan.OfTarget(_lab.Cpus).Count;
        double idle = (after.OfTarget.Idle - before.OfTarget.Idle).TotalSeconds / targetCpus;
        metrics.Add((MetricTable.CpuBusyPercent, 100 * (1 - Math.Min(1, idle))));
        metrics.Add((MetricTable.AllocatedPerRequest, AllocationCount.PerRequest(allocatedBefore, allocatedAfter)));
        metrics.Add((MetricTable.Rss, usageAfter.RssBytes));
        metrics.Add((MetricTable.Pss, usageAfter.PssBytes));
        return new Slice(load, disturbance, [.. metrics.Where(static metric => !double.IsNaN(metric.Item2))]);
    }

    private IEnumerable<(string, double)> LatencyMetrics(LoadResult load)
    {
        yield return (MetricTable.P50, Microseconds(load.LatencyNs, 50));
        yield return (MetricTable.P99, Microseconds(load.LatencyNs, 99));
        yield return (MetricTable.P999, Microseconds(load.LatencyNs, 99.9));
        if (_scenario.IsStream)
        {
            yield return (MetricTable.FirstEventP50, Microseconds(load.FirstByteNs, 50));
            yield return (MetricTable.FirstEventP99, Microseconds(load.FirstByteNs, 99));
            yield return (MetricTable.EventGapP99, Microseconds(load.EventGapNs, 99));
        }
        yield return (MetricTable.Throughput, load.AchievedRate);
        yield return (MetricTable.Failed, load.Failed);
        yield return (MetricTable.Unanswered, load.Unanswered);
    }

    private static double Microseconds(Histogram histogram, double percent) =>
        histogram.Count == 0 ? double.NaN : histogram.Percentile(percent) / NanosecondsPerMicrosecond;

    /// <summary>What the machine and we have spent so far.</summary>
    private readonly record struct Reading(CpuTicks Used, CpuTicks OfTarget, TimeSpan Own, long Stamp)
    {
        public static Reading Take(Lab lab, int[] own)
        {
            IReadOnlyList<int> used = lab.Plan.Used(lab.Cpus);
            CpuTicks ofTarget = CpuTicks.Read(lab.Plan.OfTarget(lab.Cpus));
            return new Reading(CpuTicks.Read(used), ofTarget, OwnCpu.Read(own, used), Stopwatch.GetTimestamp());
        }
    }
}

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Run;
using Fast.Load.Sockets;

namespace Fast.Load.Streams;

/// <summary>The command `fastload streams`: opens many streams, holds them, and reports what each costs the watched process.</summary>
internal static class StreamsCommand
{
    private const int CountMax = 200_000;
    private const int BodyBytes = 1024;

    // What the process needs besides its connections.
    private const int OtherFiles = 64;

    private static readonly TimeSpan s_openingMax = TimeSpan.FromSeconds(120);

    private static readonly Option<int> s_count = new("--count") { Description = "Streams.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int?> s_pid = new("--pid") { Description = "Process whose memory and CPU are watched." };
    private static readonly Option<string?> s_name = new("--process-name") { Description = "Name of the processes that are watched." };
    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "File for the result as JSON." };

    private static readonly Option<TimeSpan> s_hold = new("--hold")
    {
        Description = "How long to hold them once all are open.",
        CustomParser = Measures.Duration,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(10),
    };

    private static readonly Option<TimeSpan> s_settle = new("--settle")
    {
        Description = "How long to wait before each look at the memory.",
        CustomParser = Measures.Duration,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(1),
    };

    public static Command Create()
    {
        TargetOptions target = new();
        Command command = new("streams", "Opens many streams whose pace the model's name decides, and reports what each costs. "
            + "Exits with 1 when one could not be held.");
        target.AddTo(command);
        foreach (Option option in (Option[])[s_count, s_hold, s_settle, s_pid, s_name, s_json])
            command.Add(option);
        command.SetAction((parsed, stop) => RunAsync(parsed, target, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TargetOptions where, CancellationToken stop)
    {
        if (where.Target(parsed) is not { } target)
            return 1;
        int count = parsed.GetValue(s_count);
        long files = OpenFiles.Raise() - OtherFiles;
        string? wrong = count is < 1 or > CountMax ? $"--count is from 1 to {CountMax}."
            : count > files ? $"This process may open {files} connections, not {count}: raise its limit of open files (ulimit -n)."
            : null;
        IReadOnlyList<int> pids = Watched(parsed, ref wrong);
        if (wrong is not null)
        {
            await Console.Error.WriteLineAsync("fastload: " + wrong);
            return 1;
        }
        using EventLoop loop = Loads.StartLoop(where.Cpu(parsed));
        StreamSwarm swarm = new(loop, new StreamPlan(target.Address, where.Request(parsed, target, BodyBytes, stream: true), count));
        StreamsReport report = await HoldAsync(loop, swarm, target, where.Model(parsed), parsed, pids, stop);
        await Console.Out.WriteAsync(report.Text());
        return await RunCommand.SaveAsync(parsed.GetValue(s_json), report.Json) && report.Failed == 0 && report.Open + report.Ended == count ? 0 : 1;
    }

    private static async Task<StreamsReport> HoldAsync(EventLoop loop, StreamSwarm swarm, TargetUrl target, string model, ParseResult parsed,
        IReadOnlyList<int> pids, CancellationToken stop)
    {
        TimeSpan settle = parsed.GetValue(s_settle);
        ProcessUsage before = ProcessUsage.Of(pids);
        long start = Stopwatch.GetTimestamp();
        await swarm.OpenAsync(s_openingMax, stop);
        TimeSpan opening = Stopwatch.GetElapsedTime(start);
        await PauseAsync(settle, stop);
        start = Stopwatch.GetTimestamp();
        TimeSpan cpu = ProcessUsage.CpuOf(pids);
        long events = await loop.AskAsync(() => swarm.Tally.Events);
        await PauseAsync(parsed.GetValue(s_hold), stop);
        TimeSpan held = Stopwatch.GetElapsedTime(start);
        cpu = ProcessUsage.CpuOf(pids) - cpu;
        StreamsReport report = await loop.AskAsync(() => new StreamsReport(target.Text, model, parsed.GetValue(s_count), pids)
        {
            Open = swarm.Tally.Open,
            Begun = swarm.Tally.Begun,
            Ended = swarm.Tally.Ended,
            Failed = swarm.Tally.Failed,
            Failures = new Dictionary<string, long>(swarm.Tally.Failures),
            EventsHeld = swarm.Tally.Events - events,
            EventGapNs = swarm.Tally.EventGapNs,
        });
        ProcessUsage with = ProcessUsage.Of(pids);
        await swarm.CloseAsync();
        await PauseAsync(settle, stop);
        return report with
        {
            Opening = opening,
            Held = held,
            CpuHeld = cpu,
            Before = before,
            With = with,
            After = ProcessUsage.Of(pids),
        };
    }

    private static IReadOnlyList<int> Watched(ParseResult parsed, ref string? wrong)
    {
        if (parsed.GetValue(s_pid) is { } pid)
        {
            if (!Directory.Exists($"/proc/{pid}"))
                wrong ??= $"There is no process {pid}.";
            return [pid];
        }
        if (parsed.GetValue(s_name) is not { } name)
            return [];
        IReadOnlyList<int> named = WatchedProcesses.Named(name);
        if (named.Count == 0)
            wrong ??= $"There is no process named {name}.";
        return named;
    }

    private static Task PauseAsync(TimeSpan time, CancellationToken stop)
    {
        return Task.Delay(time, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}

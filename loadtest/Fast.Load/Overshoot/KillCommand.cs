using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Run;
using Fast.Load.Sockets;
using Fast.Load.Targets;

namespace Fast.Load.Overshoot;

/// <summary>The command `fastload kill`: kills a gateway again and again while a crowd spends one budget, and looks at its books each time.</summary>
internal static class KillCommand
{
    // After the first answer: somewhere between it and the middle of many.
    private const int LoadMsMax = 1500;
    private const int PollMs = 10;
    private static readonly TimeSpan s_brokenMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_spendMax = TimeSpan.FromSeconds(20);

    private static readonly Option<string> s_gateway = new("--gateway") { Description = "The command that starts the gateway.", Required = true };

    private static readonly Option<int> s_times = new("--times") { Description = "How often it is killed.", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        OvershootOptions options = new();
        Command command = new("kill", "Kills a gateway again and again while many callers spend one budget, then lets them go on for a while. "
            + "Exits with 1 when it ever counted less than callers have got and the provider has served, or more was served than the budget.");
        options.AddTo(command);
        command.Add(s_gateway);
        command.Add(s_times);
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, OvershootOptions options, CancellationToken stop)
    {
        if (options.Read(parsed) is not { Run: { } run } task)
        {
            await Console.Error.WriteLineAsync("fastload: the budget is that of a run: name one with --run.");
            return 1;
        }
        OpenFiles.Raise();
        using KilledGateway gateway = new(parsed.GetValue(s_gateway)!, task.Target.Address);
        try
        {
            KillReport report = await MeasureAsync(gateway, task, run, parsed.GetValue(s_times), stop);
            await Console.Out.WriteAsync(report.Text());
            int status = 0;
            foreach (string fault in report.Faults())
            {
                await Console.Out.WriteLineAsync("fastload: " + fault);
                status = 1;
            }
            return await RunCommand.SaveAsync(parsed.GetValue(options.Json), report.Json) ? status : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TargetException or IOException)
        {
            await Console.Error.WriteLineAsync("fastload: " + error.Message);
            return 1;
        }
    }

    private static async Task<KillReport> MeasureAsync(KilledGateway gateway, OvershootTask task, string run, int times, CancellationToken stop)
    {
        Random random = new(times);
        List<KillCheck> checks = [];
        Tally tally = new();
        using Books books = new(task.Provider, task.Gateway, task.Key);
        using EventLoop loop = Loads.StartLoop(task.Cpu);
        await books.ResetAsync(stop);
        long start = Stopwatch.GetTimestamp();
        for (int kill = 0; kill < times; kill++)
        {
            await gateway.StartAsync(stop);
            if (kill > 0)
                checks.Add(await CheckAsync(books, task, run, tally, stop));
            Task crowd = new Crowd(loop, task.Plan(null), tally, Seed(task, kill)).RunAsync(s_brokenMax, stop);
            decimal before = await loop.AskAsync(() => task.Prices.Cost(tally.Received));
            while (!crowd.IsCompleted && await loop.AskAsync(() => task.Prices.Cost(tally.Received)) == before)
                await Task.Delay(PollMs, stop);
            await Task.WhenAny(crowd, Task.Delay(random.Next(LoadMsMax), stop));
            gateway.Kill(stop);
            await crowd;
        }
        await gateway.StartAsync(stop);
        checks.Add(await CheckAsync(books, task, run, tally, stop));
        bool isSpent = await new Crowd(loop, task.Plan(null), tally, Seed(task, times)).RunAsync(s_spendMax, stop);
        checks.Add(await CheckAsync(books, task, run, tally, stop));
        return new KillReport(task, tally, checks) { Elapsed = Stopwatch.GetElapsedTime(start), IsSpent = isSpent };
    }

    private static int Seed(OvershootTask task, int round) => round * (task.Streams + task.Calls);

    private static async Task<KillCheck> CheckAsync(Books books, OvershootTask task, string run, Tally tally, CancellationToken stop)
    {
        Truth truth = await books.TruthAsync(stop);
        RunBook? book = await books.RunAsync(run, stop);
        return new KillCheck(task.Prices.Cost(tally.Received), task.Prices.Cost(truth.Tokens), book?.Spent ?? 0);
    }
}

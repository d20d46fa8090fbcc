using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Run;
using Fast.Load.Sockets;

namespace Fast.Load.Overshoot;

/// <summary>The command `fastload overshoot`: sets a crowd on one budget until it is spent, and holds it against what was really served.</summary>
internal static class OvershootCommand
{
    private static readonly Option<bool> s_countAfter = new("--count-after")
    {
        Description = "Ask the provider itself, behind a check of what was counted so far, to see what that overshoots.",
    };

    private static readonly Option<decimal> s_utilisationMin = new("--utilisation-min")
    {
        Description = "Percent of the budget that have to be used.",
        DefaultValueFactory = _ => 97,
    };

    private static readonly Option<TimeSpan> s_durationMax = new("--duration-max")
    {
        Description = "When callers that are not done are stopped, which is a failure.",
        CustomParser = Measures.Duration,
        DefaultValueFactory = _ => TimeSpan.FromSeconds(120),
    };

    public static Command Create()
    {
        OvershootOptions options = new();
        Command command = new("overshoot", "Sets many callers on one budget until it is spent, and compares it with what the fake provider served. "
            + "Exits with 1 when more was spent, or too little was used.");
        options.AddTo(command);
        foreach (Option option in (Option[])[s_countAfter, s_utilisationMin, s_durationMax])
            command.Add(option);
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, OvershootOptions options, CancellationToken stop)
    {
        if (options.Read(parsed) is not { } task)
            return 1;
        OpenFiles.Raise();
        try
        {
            OvershootReport report = await MeasureAsync(parsed, options, task, stop);
            await Console.Out.WriteAsync(report.Text());
            int status = 0;
            foreach (string fault in report.Faults(parsed.GetValue(s_utilisationMin)))
            {
                // What is shown of others is a finding, not a failure.
                await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"fastload: {fault}"));
                status = report.CountsAfter ? 0 : 1;
            }
            return await RunCommand.SaveAsync(parsed.GetValue(options.Json), report.Json) ? status : 1;
        }
        catch (Exception error) when (error is HttpRequestException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync("fastload: " + error.Message);
            return 1;
        }
    }

    private static async Task<OvershootReport> MeasureAsync(ParseResult parsed, OvershootOptions options, OvershootTask task, CancellationToken stop)
    {
        using Books books = new(task.Provider, task.Gateway, task.Key);
        CountAfter? admission = parsed.GetValue(s_countAfter) ? new CountAfter(task.Budget) : null;
        using EventLoop loop = Loads.StartLoop(task.Cpu);
        if (task.WarmsUp && admission is null)
        {
            await new Crowd(loop, task.WarmupPlan(), new Tally(), seed: 0).RunAsync(parsed.GetValue(s_durationMax), stop);
            await books.TruthAsync(stop);
        }
        await books.ResetAsync(stop);
        Tally tally = new();
        Crowd crowd = new(loop, task.Plan(admission), tally, seed: 1);
        long start = Stopwatch.GetTimestamp();
        bool isWhole = await crowd.RunAsync(parsed.GetValue(s_durationMax), stop);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Truth truth = await books.TruthAsync(stop);
        bool isGateway = admission is null;
        return new OvershootReport(task, tally, truth)
        {
            CountsAfter = !isGateway,
            IsWhole = isWhole,
            Elapsed = elapsed,
            Run = isGateway && task.Run is { } run ? await books.RunAsync(run, stop) : null,
            Ledger = isGateway && parsed.GetValue(options.State) is { } state
                ? await Books.LedgerAsync(parsed.GetValue(options.Fast)!, state, task.Run, stop) : null,
        };
    }
}

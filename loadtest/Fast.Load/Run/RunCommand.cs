using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Sockets;

namespace Fast.Load.Run;

/// <summary>The command `fastload run`: load on one target, and what came of it.</summary>
internal static class RunCommand
{
    private const int ConnectionsMax = 20_000;

    public static Command Create()
    {
        TargetOptions target = new();
        RunOptions options = new();
        Command command = new("run", "Sends load to one target and reports its times. Exits with 1 when anything failed.");
        target.AddTo(command);
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, target, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TargetOptions where, RunOptions options, CancellationToken stop)
    {
        if (where.Target(parsed) is not { } target)
            return 1;
        int connections = parsed.GetValue(options.Connections);
        if (connections is < 1 or > ConnectionsMax)
        {
            await Console.Error.WriteLineAsync($"fastload: --connections is from 1 to {ConnectionsMax}.");
            return 1;
        }
        bool stream = parsed.GetValue(options.Stream);
        byte[] request = where.Request(parsed, target, parsed.GetValue(options.Body), stream);
        AnswerCheck check = new(parsed.GetValue(options.ExpectStatus), 1, null, stream ? 1 : 0);
        LoadPlan plan = new(target.Address, request, connections, stream, check);
        OpenFiles.Raise();
        using EventLoop loop = Loads.StartLoop(where.Cpu(parsed));
        using LoadEngine engine = new(loop, plan);
        double rate = parsed.GetValue(options.Rate);
        using ProgressLine line = new(engine.Progress, parsed.GetValue(options.Progress) || !Console.IsErrorRedirected);
        if (parsed.GetValue(options.Warmup) is { Ticks: > 0 } warmup)
            await engine.RunAsync(warmup, rate, stop);
        DateTimeOffset started = DateTimeOffset.UtcNow;
        LoadResult result = await engine.RunAsync(parsed.GetValue(options.Duration), rate, stop);
        line.Dispose();
        RunReport report = new(target.Text, where.Model(parsed), plan, started, result);
        await Console.Out.WriteAsync(RunText.Of(report));
        return await SaveAsync(parsed.GetValue(options.Json), () => RunJson.Of(report))
            && await SaveAsync(parsed.GetValue(options.K6), () => K6Export.Of(report))
            && result is { Failed: 0, Unanswered: 0, Completed: > 0 } ? 0 : 1;
    }

    /// <summary>Writes a file that was asked for; false, after saying so, when that fails.</summary>
    internal static async Task<bool> SaveAsync(FileInfo? file, Func<byte[]> content)
    {
        if (file is null)
            return true;
        try
        {
            await File.WriteAllBytesAsync(file.FullName, content());
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"fastload: {file} was not written: {error.Message}");
            return false;
        }
    }
}

/// <summary>All that a report of a run tells.</summary>
internal sealed record RunReport(string Url, string Model, LoadPlan Plan, DateTimeOffset Started, LoadResult Result);

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>A gateway that may open no more files, because its callers' connections are as many as it may have.</summary>
public sealed class OpenFilesTests(Stage stage)
{
    /// <summary>Files that it may open beyond those it has when it is ready.</summary>
    private const int Room = 40;

    private const int Callers = 60;

    /// <summary>Ticks of the processor, a hundredth of a second each, that the gateway may use in a second in which it has nothing to do.</summary>
    private const int TicksMax = 30;

    private static readonly TimeSpan s_servedMax = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_gateway_that_is_full_serves_whom_it_has_without_a_rush_and_accepts_again_when_it_is_not()
    {
        Assert.SkipUnless(GatewayProcess.IsNative, "The JIT's runtime opens a pipe for each new thread, and ends the process when it cannot.");
        Assert.SkipWhen(Environment.GetEnvironmentVariable("FAST_NETWORK") is { Length: > 0 }, "What the framework's listener does then is its own.");
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(port => GatewayProcess.StandardConfiguration(port, stage.Provider.Url));

        // What it opens once, and a connection to the provider that idles.
        using RawConnection first = await RawConnection.OpenAsync(gateway.Url);
        Assert.Equal(200, await AskAsync(first, Chat("""{"model":"mock/ok"}""")));
        await LimitFilesAsync(gateway);
        List<RawConnection> callers = [];
        for (int i = 0; i < Callers; i++)
            callers.Add(await RawConnection.OpenAsync(gateway.Url));

        // Whoever was accepted is answered. The others are connected as far as the kernel is concerned, and wait.
        Task<HttpAnswer>[] asking = [.. callers.Select(AskModelsAsync)];
        await Eventually.GetAsync(() => Task.FromResult(asking.Count(static one => one.IsCompletedSuccessfully) >= Room / 2 && FilesOf(gateway) >= LimitOf(gateway) ? gateway : null),
            s_servedMax, () => $"{asking.Count(static one => one.IsCompletedSuccessfully)} callers were answered, {FilesOf(gateway)} of {LimitOf(gateway)} files are open.");
        Assert.Equal(200, await AskAsync(first, Models));
        Assert.Contains(asking, static one => !one.IsCompleted);

        long before = TicksOf(gateway);
        await Eventually.PassAsync(TimeSpan.FromSeconds(1));
        Assert.InRange(TicksOf(gateway) - before, 0, TicksMax);
        Assert.Equal(200, await AskAsync(first, Models));

        // As many as wait at most make room.
        for (int i = 0; i < Callers; i++)
        {
            if (asking[i].IsCompletedSuccessfully)
                callers[i].Dispose();
        }

        foreach (HttpAnswer answer in await Task.WhenAll(asking).WaitAsync(s_servedMax))
            Assert.Equal(200, answer.Status);
        using RawConnection last = await RawConnection.OpenAsync(gateway.Url);
        Assert.Equal(200, await AskAsync(last, Chat("""{"model":"mock/ok"}""")));
        foreach (RawConnection caller in callers)
            caller.Dispose();
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static async Task LimitFilesAsync(GatewayProcess gateway)
    {
        int limit = FilesOf(gateway) + Room;
        await using ChildProcess command = ChildProcess.Start(
            "prlimit", ["--pid", gateway.Id.ToString(CultureInfo.InvariantCulture), $"--nofile={limit}:{limit}"], []);
        Assert.Equal(0, await command.WaitForExitAsync());
        Assert.Equal(limit, LimitOf(gateway));
    }

    private static int FilesOf(GatewayProcess gateway) => Directory.GetFileSystemEntries($"/proc/{gateway.Id}/fd").Length;

    private static int LimitOf(GatewayProcess gateway)
    {
        string line = File.ReadLines($"/proc/{gateway.Id}/limits").First(static one => one.StartsWith("Max open files", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture);
    }

    /// <summary>What it has used of the processor, in its own code and the kernel's (proc_pid_stat(5)).</summary>
    private static long TicksOf(GatewayProcess gateway)
    {
        const int userAt = 11;
        string stat = File.ReadAllText($"/proc/{gateway.Id}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[userAt], CultureInfo.InvariantCulture) + long.Parse(fields[userAt + 1], CultureInfo.InvariantCulture);
    }

    private static async Task<HttpAnswer> AskModelsAsync(RawConnection caller)
    {
        // A caller that waits to be accepted waits longer than a read of the test's may.
        await caller.SendAsync(Models);
        while (true)
        {
            try
            {
                return await HttpAnswer.ReadAsync(caller);
            }
            catch (TimeoutException)
            {
            }
        }
    }

    private static async Task<int> AskAsync(RawConnection caller, string request)
    {
        await caller.SendAsync(request);
        return (await HttpAnswer.ReadAsync(caller)).Status;
    }
}

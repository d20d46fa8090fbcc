using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Scenarios;

namespace Fast.Load.Targets;

/// <summary>A target cannot be measured; the message says why.</summary>
internal sealed class TargetException(string message) : Exception(message);

/// <summary>Starts targets and waits until they answer.</summary>
internal sealed class TargetStart(string folder, int upstreamPort, LastWill lastWill)
{
    private const int PollMs = 5;
    private static readonly TimeSpan s_prepareMost = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_answerMost = TimeSpan.FromSeconds(10);

    private int _starts;

    /// <summary>Why a target cannot be used on this machine; null when it can.</summary>
    public static string? FindMissing(TargetFile target)
    {
        Placeholders here = new([("HERE", target.Folder)]);
        string? missing = here.Fill(target.Requires).FirstOrDefault(static required => ProgramFiles.Find(required) is null);
        return missing is null ? null : $"`{missing}` is not there";
    }

    /// <summary>Runs the command that comes before the first start.</summary>
    /// <exception cref="TargetException">It failed.</exception>
    public void Prepare(TargetFile target, CancellationToken stop)
    {
        if (target.Prepare.Count == 0)
            return;
        Placeholders here = new([("HERE", target.Folder)]);
        string log = Path.Combine(folder, target.Name + "-prepare.log");
        using Child child = Spawn(new SpawnPlan(here.Fill(target.Prepare), target.Folder, log));
        lastWill.Add(child);
        bool hasEnded = child.WaitForEnd(s_prepareMost, stop);
        lastWill.Remove(child);
        if (!hasEnded || child.Status != 0)
        {
            string end = hasEnded ? child.EndInWords() : "took too long";
            throw new TargetException($"`{target.Prepare[0]}` {end}; it wrote:\n{child.LastWords()}");
        }
    }

    /// <summary>Starts an instance that does not wait for anything yet.</summary>
    /// <exception cref="TargetException">It cannot be started.</exception>
    public RunningTarget Start(TargetFile target, int port, int? cpu)
    {
        string own = Path.Combine(folder, $"{target.Name}-{++_starts}");
        Directory.CreateDirectory(own);
        Placeholders placeholders = PlaceholdersOf(target, port, own);
        foreach ((string name, string text) in placeholders.Fill(target.Files))
            File.WriteAllText(Path.Combine(own, name), text);
        SpawnPlan plan = new(placeholders.Fill(target.Start), placeholders.Fill(target.WorkingFolder), Path.Combine(own, "output.log"))
        {
            Environment = placeholders.Fill(target.Environment),
            Cpu = cpu,
        };
        Child child = Spawn(plan);
        lastWill.Add(child);
        return new RunningTarget(target, child, new IPEndPoint(IPAddress.Loopback, port), placeholders, lastWill);
    }

    /// <summary>The provider in the place of a target.</summary>
    public RunningTarget StandIn(TargetFile target, Child provider) =>
        new(target, provider, new IPEndPoint(IPAddress.Loopback, upstreamPort), PlaceholdersOf(target, upstreamPort, folder), null);

    /// <summary>Waits until a target is ready and has answered one request of the load.</summary>
    /// <exception cref="TargetException">It ended, or was not ready in time, or answers something else.</exception>
    public static void WaitUntilReady(RunningTarget target, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        byte[]? question = target.File.ReadyPath is { } path
            ? Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nhost: {target.Address}\r\nconnection: close\r\n\r\n") : null;
        while (!IsReady(target, question))
        {
            stop.ThrowIfCancellationRequested();
            if (target.FindEnd() is { } end)
                throw new TargetException(end);
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > target.File.ReadySeconds)
                throw new TargetException(target.Explain($"it was not ready within {target.File.ReadySeconds} s"));
            Thread.Sleep(PollMs);
        }
        ProbeAnswer answer = Probe.Ask(target.Address, target.Request(Answering.Plain, 1024), s_answerMost);
        if (answer.Status != 200)
        {
            string text = answer.Status == 0 ? "nothing" : answer.Text;
            throw new TargetException(target.Explain($"it answers {text} to the request of the load"));
        }
    }

    private static bool IsReady(RunningTarget target, byte[]? question) => question is null
        ? Probe.CanConnect(target.Address)
        : Probe.Ask(target.Address, question, TimeSpan.FromSeconds(1)).Status is >= 200 and < 300;

    private Placeholders PlaceholdersOf(TargetFile target, int port, string own) => new(
    [
        ("PORT", port.ToString()),
        ("UPSTREAM_PORT", upstreamPort.ToString()),
        ("DIR", own),
        ("HERE", target.Folder),
        ("MODEL_PLAIN", ScenarioTable.PlainModel),
        ("MODEL_STREAM", ScenarioTable.StreamModel),
        ("MODEL_HANG", ScenarioTable.HangModel),
    ]);

    private static Child Spawn(SpawnPlan plan)
    {
        try
        {
            return Spawner.Start(plan);
        }
        catch (IOException fault)
        {
            throw new TargetException(fault.Message);
        }
    }
}

using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Children;
using Fast.Load.Targets;

namespace Fast.Load.Overshoot;

/// <summary>A gateway that is started again and again, and mostly ends without having a say in it.</summary>
internal sealed class KilledGateway(string command, IPEndPoint address) : IDisposable
{
    private const int PollMs = 10;
    private static readonly TimeSpan s_readyMax = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastload-kill-");
    private LastWill? _lastWill;
    private Child? _child;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="TargetException">It ended, or was not ready in time.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        _lastWill ??= new LastWill(_folder.FullName);
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _child = Spawner.Start(new SpawnPlan(words, Environment.CurrentDirectory, Path.Combine(_folder.FullName, "gateway.log")));
        _lastWill.Add(_child);
        byte[] question = Encoding.ASCII.GetBytes($"GET /health/readiness HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        long start = Stopwatch.GetTimestamp();
        while (Probe.Ask(address, question, TimeSpan.FromSeconds(1)).Status != 200)
        {
            if (_child.HasEnded() || Stopwatch.GetElapsedTime(start) > s_readyMax)
                throw new TargetException($"the gateway is not ready; it wrote:\n{_child.LastWords()}");
            await Task.Delay(PollMs, stop);
        }
    }

    /// <summary>Kills it, as a machine without memory would.</summary>
    public void Kill(CancellationToken stop)
    {
        if (_child is not { } child)
            return;
        Native.Kill(-child.Id, Native.SignalKill);
        child.WaitForEnd(s_readyMax, stop);
        Forget(child);
    }

    /// <summary>Asks it to end, and waits.</summary>
    public void Stop()
    {
        if (_child is { } child)
            Forget(child);
    }

    public void Dispose()
    {
        Stop();
        _lastWill?.Dispose();
    }

    private void Forget(Child child)
    {
        child.Dispose();
        _lastWill?.Remove(child);
        _child = null;
    }
}

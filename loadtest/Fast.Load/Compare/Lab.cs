using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using Fast.Load.Compare.Children;
using Fast.Load.Compare.Machine;
using Fast.Load.Load;
using Fast.Load.Sockets;
using Fast.Load.Targets;

namespace Fast.Load.Compare;

/// <summary>All that a comparison needs while it runs: the provider, the thread of the load, a folder, and their end.</summary>
internal sealed class Lab : IDisposable
{
    private const int ProviderReadyMs = 15_000;

    private readonly DirectoryInfo _folder;
    private readonly LastWill _lastWill;
    private readonly Child _provider;

    public Lab(CompareOptions options, IReadOnlyList<string> provider, CancellationToken stop)
    {
        Options = options;
        Cpus = Affinity.Allowed();
        Plan = CpuPlan.Of(options.Layout, options.ProviderCpu, Cpus);
        // First, so that every thread that .NET starts later is born there.
        if (Plan.Bookkeeping is { } bookkeeping)
            Affinity.SetAll(Environment.ProcessId, bookkeeping);
        Ports = new PortPicker(options.PortsFrom);
        _folder = Directory.CreateTempSubdirectory("fastload-");
        _lastWill = new LastWill(_folder.FullName);
        try
        {
            int port = Ports.Take();
            string[] command = [.. provider, "provider", "--port", $"{port}", "--keep", "0"];
            _provider = Spawner.Start(new SpawnPlan(command, _folder.FullName, Path.Combine(_folder.FullName, "provider.log"))
            {
                Cpu = Plan.Provider,
            });
            _lastWill.Add(_provider);
            Starter = new TargetStart(_folder.FullName, port, _lastWill);
            WaitForProvider(port, stop);
            Loop = Loads.StartLoop(Plan.Load);
        }
        catch
        {
            _provider?.Dispose();
            _lastWill.Dispose();
            throw;
        }
    }

    public CompareOptions Options { get; }

    /// <summary>The CPUs that may be used at all.</summary>
    public IReadOnlyList<int> Cpus { get; }

    public CpuPlan Plan { get; }

    public PortPicker Ports { get; }

    public TargetStart Starter { get; }

    /// <summary>The thread of the measured load.</summary>
    public EventLoop Loop { get; }

    public HttpClient Http { get; } = new();

    /// <summary>The targets that answer, in the order of the command line.</summary>
    public List<RunningTarget> Targets { get; } = [];

    /// <summary>Everything that is ours at the moment.</summary>
    public IReadOnlyList<int> OwnProcesses() =>
    [
        .. Targets.SelectMany(static target => target.Processes())
            .Concat(ProcessTree.Of(_provider.Id, []))
            .Append(Environment.ProcessId)
            .Distinct(),
    ];

    /// <summary>Starts one target, waits until it answers, and keeps it.</summary>
    /// <exception cref="TargetException">It cannot be measured.</exception>
    public void AddTarget(TargetFile target, CancellationToken stop)
    {
        if (target.IsProvider)
        {
            Targets.Add(Starter.StandIn(target, _provider));
            return;
        }
        Starter.Prepare(target, stop);
        Targets.Add(StartReady(target, stop));
    }

    /// <summary>Starts an instance of its own; the caller ends it.</summary>
    public RunningTarget StartReady(TargetFile target, CancellationToken stop)
    {
        RunningTarget running = Starter.Start(target, Ports.Take(), Plan.Target);
        try
        {
            TargetStart.WaitUntilReady(running, stop);
        }
        catch
        {
            running.Dispose();
            throw;
        }
        return running;
    }

    /// <summary>Starts a process that does nothing but take time from a CPU.</summary>
    public Child StartBusy()
    {
        string log = Path.Combine(_folder.FullName, "busy.log");
        Child busy = Spawner.Start(new SpawnPlan(["/bin/sh", "-c", "while :; do :; done"], _folder.FullName, log) { Cpu = Plan.Target });
        _lastWill.Add(busy);
        return busy;
    }

    public void Forget(Child child) => _lastWill.Remove(child);

    /// <summary>Puts load, provider and targets into the real-time class.</summary>
    /// <exception cref="InvalidDataException">The system does not allow it.</exception>
    public Urgency Raise() => new(Loop, [.. Targets.SelectMany(static target => target.Processes()).Append(_provider.Id).Distinct()]);

    public void Dispose()
    {
        Http.Dispose();
        Loop.Dispose();
        foreach (RunningTarget target in Targets)
            target.Dispose();
        _provider.Dispose();
        _lastWill.Remove(_provider);
        // It removes the folder.
        _lastWill.Dispose();
    }

    private void WaitForProvider(int port, CancellationToken stop)
    {
        for (int waited = 0; !Probe.CanConnect(new(System.Net.IPAddress.Loopback, port)); waited += 10)
        {
            stop.ThrowIfCancellationRequested();
            if (_provider.HasEnded() || waited > ProviderReadyMs)
                throw new InvalidDataException($"the provider did not start; it wrote:\n{_provider.LastWords()}");
            Thread.Sleep(10);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Compare.Children;
using Fast.Load.Load;
using Fast.Load.Sockets;
using Fast.Load.Targets;

namespace Fast.Load.Compare.Scenarios;

/// <summary>What happens beside the measured load, from its start to its disposal.</summary>
internal sealed class Bystander : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lab _lab;
    private EventLoop? _loop;
    private LoadEngine? _engine;
    private Task? _load;
    private Child? _busy;

    private Bystander(Lab lab) => _lab = lab;

    /// <summary>Its processes, which are ours and not foreign.</summary>
    public IReadOnlyList<int> Processes => _busy is null ? [] : [_busy.Id];

    public static Bystander Start(Lab lab, Beside what, RunningTarget target)
    {
        Bystander bystander = new(lab);
        switch (what)
        {
            case Beside.Uploads:
                bystander.StartLoad(target, Answering.Plain, ScenarioTable.UploadBytes, ScenarioTable.UploadConnections);
                break;
            case Beside.HungExchanges:
                bystander.StartLoad(target, Answering.Hang, 1024, ScenarioTable.HungExchanges);
                break;
            case Beside.BusyProcess:
                bystander._busy = lab.StartBusy();
                break;
        }
        return bystander;
    }

    /// <summary>Waits until it disturbs.</summary>
    public static Task WaitUntilThereAsync(CancellationToken stop) => Task.Delay(s_arrival, stop);

    public void Dispose()
    {
        if (_busy is not null)
        {
            _busy.Dispose();
            _lab.Forget(_busy);
        }
        _stop.Cancel();
        try
        {
            _load?.Wait(TimeSpan.FromSeconds(5));
        }
        catch (AggregateException)
        {
            // It was told to stop; how it takes that is not measured.
        }
        _engine?.Dispose();
        _loop?.Dispose();
        _stop.Dispose();
    }

    // A thread of its own: the measured load must not wait behind megabytes.
    private void StartLoad(RunningTarget target, Answering answering, int bodyBytes, int connections)
    {
        _loop = Loads.StartLoop(_lab.Plan.Load);
        LoadPlan plan = new(target.Address, target.Request(answering, bodyBytes), connections, false, SliceRunner.CheckOf(answering));
        _engine = new LoadEngine(_loop, plan);
        _load = _engine.RunAsync(s_longest, 0, _stop.Token);
    }
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Sockets;

namespace Fast.Load.Overshoot;

/// <summary>All callers, on one loop: they connect first, and then ask all at once.</summary>
internal sealed class Crowd
{
    // Under way to being connected at the same time: below what a listener's queue holds.
    private const int ConnectingMax = 64;
    private const int BufferBytes = 64 * 1024;

    private readonly EventLoop _loop;
    private readonly CrowdPlan _plan;
    private readonly Caller[] _callers;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;
    private int _connecting;
    private int _running;

    public Crowd(EventLoop loop, CrowdPlan plan, Tally tally, int seed)
    {
        _loop = loop;
        _plan = plan;
        byte[] buffer = new byte[BufferBytes];
        _callers = new Caller[plan.Streams + plan.Calls];
        for (int number = 0; number < _callers.Length; number++)
            _callers[number] = new Caller(loop, plan, tally, buffer, seed + number);
    }

    /// <summary>Ends when every caller has ended.</summary>
    public Task RunAsync()
    {
        _loop.Post(() =>
        {
            _running = _callers.Length;
            _connecting = ConnectingMax;
            for (int connecting = 0; connecting < ConnectingMax; connecting++)
                _ = ConnectSomeAsync();
        });
        return _ended.Task;
    }

    /// <summary>As above, but whoever is not done by then is stopped; false when that was needed.</summary>
    public async Task<bool> RunAsync(TimeSpan atMost, CancellationToken stop)
    {
        Task running = RunAsync();
        if (await Task.WhenAny(running, Task.Delay(atMost, stop)) == running)
            return true;
        _loop.Post(() =>
        {
            foreach (Caller caller in _callers)
                caller.Stop();
        });
        await running;
        return false;
    }

    private async Task ConnectSomeAsync()
    {
        while (_next < _callers.Length)
            await _callers[_next++].ConnectAsync();
        if (--_connecting > 0)
            return;
        for (int number = 0; number < _callers.Length; number++)
            _ = RunAsync(_callers[number], number < _plan.Streams);
    }

    private async Task RunAsync(Caller caller, bool isStream)
    {
        await caller.RunAsync(isStream);
        if (--_running == 0)
            _ended.SetResult();
    }
}

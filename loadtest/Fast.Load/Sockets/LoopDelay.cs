using System.Threading.Tasks;

namespace Fast.Load.Sockets;

/// <summary>A wait for a time that can be ended early, reusable and without allocation.</summary>
internal sealed class LoopDelay
{
    private readonly LoopOperation _wait = new();
    private readonly LoopTimer _timer;

    public LoopDelay(EventLoop loop) => _timer = new LoopTimer(loop, () => _wait.Complete(1));

    /// <summary>One when the time has come, zero when the wait was interrupted.</summary>
    public ValueTask<int> UntilAsync(long dueNs)
    {
        ValueTask<int> wait = _wait.Begin();
        _timer.Set(dueNs);
        return wait;
    }

    public void Interrupt()
    {
        if (!_wait.IsPending)
            return;
        _timer.Cancel();
        _wait.Complete(0);
    }
}

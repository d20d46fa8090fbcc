using System;

namespace Fast.Load.Sockets;

/// <summary>Calls back once at a time of the loop's clock, on the loop's thread. Set again, it forgets the earlier time.</summary>
internal sealed class LoopTimer(EventLoop loop, Action due)
{
    /// <summary>When it is due, in nanoseconds of <see cref="LoopClock"/>.</summary>
    public long DueNs { get; private set; }

    /// <summary>Its place in the heap; negative when it is not set.</summary>
    public int Place { get; set; } = -1;

    public bool IsSet => Place >= 0;

    public void Set(long dueNs)
    {
        Cancel();
        DueNs = dueNs;
        loop.Timers.Add(this);
    }

    public void Cancel()
    {
        if (IsSet)
            loop.Timers.Remove(this);
    }

    public void Fire() => due();
}

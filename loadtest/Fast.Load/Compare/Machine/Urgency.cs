using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Fast.Load.Compare.Children;
using Fast.Load.Sockets;

namespace Fast.Load.Compare.Machine;

/// <summary>
/// The real-time class for what is measured, as long as somebody says now and then that all is well. A process that spins in that class
/// can keep a CPU for itself; the watchdog is more urgent than all and takes the class away when nobody has been heard.
/// </summary>
internal sealed class Urgency : IDisposable
{
    private const int MeasuredPriority = 10;
    private const int BookkeepingPriority = 20;
    private const int WatchdogPriority = 30;
    private static readonly TimeSpan s_silenceMost = TimeSpan.FromSeconds(20);

    private readonly EventLoop _loop;
    private readonly IReadOnlyList<int> _processes;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _watchdog;
    private long _heard = Environment.TickCount64;

    public Urgency(EventLoop loop, IReadOnlyList<int> processes)
    {
        _loop = loop;
        _processes = processes;
        if (!Affinity.SetPriority(Environment.ProcessId, BookkeepingPriority))
            throw new InvalidDataException("--fifo: the system does not allow SCHED_FIFO; run as root, or without it");
        _watchdog = new Thread(Watch) { IsBackground = true, Name = "watchdog" };
        _watchdog.Start();
        Set(MeasuredPriority);
    }

    /// <summary>All is well.</summary>
    public void Hear() => Volatile.Write(ref _heard, Environment.TickCount64);

    public void Dispose()
    {
        _ended.Set();
        _watchdog.Join();
        _ended.Dispose();
        Set(0);
        Affinity.SetPriority(Environment.ProcessId, 0);
    }

    private void Watch()
    {
        Affinity.SetThreadPriority(0, WatchdogPriority);
        while (!_ended.Wait(TimeSpan.FromMilliseconds(500)))
        {
            if (Environment.TickCount64 - Volatile.Read(ref _heard) < s_silenceMost.TotalMilliseconds)
                continue;
            Console.Error.WriteLine("fastload: --fifo: nothing was heard for too long; back to normal priority");
            Set(0);
            return;
        }
    }

    private void Set(int priority)
    {
        foreach (int process in _processes.Where(static process => process != Environment.ProcessId))
            Affinity.SetPriority(process, priority);
        _loop.Post(() => Affinity.SetThreadPriority(0, priority));
    }
}

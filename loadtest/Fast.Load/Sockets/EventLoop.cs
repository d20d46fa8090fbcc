using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Sockets;

/// <summary>
/// One thread that waits for sockets and timers and runs what they wake, to its end, before it waits again. Code that runs here awaits
/// only sockets, delays and operations of the same loop: nothing else comes back to this thread.
/// </summary>
public sealed class EventLoop : IDisposable
{
    // Few, so that timers are not kept waiting by a long row of ready sockets.
    private const int EventsMax = 64;
    private const int CpuBytesMax = 128;
    private const ulong WakeKey = ulong.MaxValue;

    // The kernel packs the event on x64 and aligns it everywhere else.
    private static readonly int s_keyAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventBytes = s_keyAt + 8;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly int? _cpu;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Queue<LoopSocket> _yielded = new();
    private readonly SocketTable _sockets = new();
    private readonly ManualResetEventSlim _isStarted = new();
    private Exception? _startError;
    private readonly Lock _wakeLock = new();
    private int _isWoken;
    private bool _isClosed;
    private volatile bool _stops;

    /// <summary>Starts the thread, on that CPU alone when one is named. Throws when the kernel refuses.</summary>
    public EventLoop(int? cpu = null)
    {
        _cpu = cpu;
        _epoll = Checked(Libc.EpollCreate(Libc.CloseOnExec));
        _wake = Checked(Libc.EventFile(0, Libc.CloseOnExec | Libc.NonBlocking));
        Watch(_wake, EpollEvents.In | EpollEvents.EdgeTriggered, WakeKey);
        Thread = new Thread(Run) { IsBackground = true, Name = "loop" };
        Thread.Start();
        _isStarted.Wait();
        if (_startError is { } error)
            throw error;
    }

    /// <summary>The loop's own thread.</summary>
    public Thread Thread { get; }

    internal TimerHeap Timers { get; } = new();

    internal bool IsStopping => _stops;

    internal bool IsHere => Thread.CurrentThread == Thread;

    /// <summary>Runs the work on the loop's thread, from any thread, after what was posted before it.</summary>
    public void Post(Action work)
    {
        _posted.Enqueue(work);
        if (!IsHere && Interlocked.Exchange(ref _isWoken, 1) == 0)
            Wake();
    }

    /// <summary>What the work gives on the loop's thread, for another thread.</summary>
    internal Task<T> AskAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => answer.SetResult(work()));
        return answer.Task;
    }

    /// <summary>Ends the thread after its present turn. Sockets that are still open are closed.</summary>
    public void Dispose()
    {
        if (_stops)
            return;
        _stops = true;
        Wake();
        if (!IsHere)
            Thread.Join();
    }

    internal ulong Register(LoopSocket socket, int file)
    {
        ulong key = _sockets.Add(socket);
        Watch(file, EpollEvents.In | EpollEvents.Out | EpollEvents.PeerLeft | EpollEvents.EdgeTriggered, key);
        return key;
    }

    internal void Forget(ulong key) => _sockets.Remove(key);

    /// <summary>Lets the other sockets have their turn before that one goes on.</summary>
    internal void Yield(LoopSocket socket) => _yielded.Enqueue(socket);

    private void Run()
    {
        try
        {
            // Otherwise the kernel lets a timer be late by up to 50 µs to save a wake-up.
            _ = Libc.ProcessControl(Libc.SetTimerSlack, 1, 0, 0, 0);
            if (_cpu is { } cpu)
                Pin(cpu);
        }
        catch (Exception error) when (error is Win32Exception or ArgumentOutOfRangeException)
        {
            _startError = error;
            _stops = true;
        }
        _isStarted.Set();
        while (!_stops)
            Turn();
        _sockets.CloseAll();
        lock (_wakeLock)
        {
            _isClosed = true;
            _ = Libc.Close(_wake);
        }
        _ = Libc.Close(_epoll);
    }

    private unsafe void Turn()
    {
        byte* events = stackalloc byte[EventsMax * 16];
        int count = Wait(events);
        for (int index = 0; index < count; index++)
        {
            byte* one = events + index * s_eventBytes;
            ulong key = Unsafe.ReadUnaligned<ulong>(one + s_keyAt);
            if (key == WakeKey)
                ReadWake();
            else
                _sockets.Find(key)?.OnEvents(Unsafe.ReadUnaligned<EpollEvents>(one));
            RunTimers();
        }
        RunTimers();
        for (int work = _posted.Count; work > 0 && _posted.TryDequeue(out Action? run); work--)
            run();
        for (int sockets = _yielded.Count; sockets > 0; sockets--)
            _yielded.Dequeue().OnTurn();
    }

    private unsafe int Wait(byte* events)
    {
        TimeSpec timeout = default;
        TimeSpec* limit = &timeout;
        if (_yielded.Count == 0 && _posted.IsEmpty)
        {
            long nextNs = Timers.NextNs;
            if (nextNs == long.MaxValue)
                limit = null;
            else
                (timeout.Seconds, timeout.Nanoseconds) = Math.DivRem(Math.Max(0, nextNs - LoopClock.NowNs), 1_000_000_000L);
        }
        int count = Libc.EpollWait(_epoll, events, EventsMax, limit);
        return count < 0 && Libc.Error == SocketErrors.Interrupted ? 0 : Checked(count);
    }

    private void RunTimers()
    {
        if (Timers.Count == 0)
            return;
        // What a timer sets anew for this very moment waits for the next look.
        long nowNs = LoopClock.NowNs;
        while (Timers.NextNs <= nowNs)
            Timers.TakeFirst().Fire();
    }

    private unsafe void ReadWake()
    {
        ulong count;
        _ = Libc.Read(_wake, &count, sizeof(ulong));
        Volatile.Write(ref _isWoken, 0);
    }

    private unsafe void Wake()
    {
        // Whoever posts late must not write to a file that has got the number since.
        ulong one = 1;
        lock (_wakeLock)
        {
            if (!_isClosed)
                _ = Libc.Write(_wake, &one, sizeof(ulong));
        }
    }

    private unsafe void Watch(int file, EpollEvents events, ulong key)
    {
        byte* one = stackalloc byte[16];
        Unsafe.WriteUnaligned(one, events);
        Unsafe.WriteUnaligned(one + s_keyAt, key);
        Checked(Libc.EpollControl(_epoll, Libc.EpollAdd, file, one));
    }

    private static unsafe void Pin(int cpu)
    {
        if (cpu is < 0 or >= CpuBytesMax * 8)
            throw new ArgumentOutOfRangeException(nameof(cpu), cpu, "There is no such CPU.");
        byte* mask = stackalloc byte[CpuBytesMax];
        new Span<byte>(mask, CpuBytesMax).Clear();
        mask[cpu / 8] = (byte)(1 << (cpu % 8));
        Checked(Libc.SetAffinity(0, CpuBytesMax, mask));
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Libc.Error);
}

/// <summary>What epoll watches for and tells of.</summary>
[Flags]
internal enum EpollEvents : uint
{
    In = 0x1,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerLeft = 0x2000,
    EdgeTriggered = 0x80000000,
}

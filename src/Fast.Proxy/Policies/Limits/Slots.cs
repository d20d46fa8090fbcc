using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Policies.Limits;

/// <summary>
/// How many exchanges of an account may be under way at once. Who finds no place may wait in line for one; a place that becomes free goes to
/// whoever has waited longest. Nothing is locked; only those who wait cost an object.
/// </summary>
/// <param name="count">How many.</param>
public sealed class Slots(int count)
{
    /// <summary>Most places in the line, those of exchanges that gave up and were not passed yet included. Beyond it nobody may wait.</summary>
    private const int LineMax = 4096;

    private readonly ConcurrentQueue<Waiter> _line = new();
    private int _count = count;
    private int _used;
    private int _waiting;
    private int _standing;

    /// <summary>How many there are. A reload may change it; those that are too many then end by themselves.</summary>
    public int Count
    {
        get => Volatile.Read(ref _count);
        set
        {
            Volatile.Write(ref _count, value);
            ServeLine();
        }
    }

    /// <summary>How many are taken.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Takes a place if one is free and nobody waits for it.</summary>
    public bool TryTake() => Volatile.Read(ref _waiting) == 0 && TryTakeFree();

    /// <summary>Waits in line for a place.</summary>
    /// <param name="patience">How long at most.</param>
    /// <param name="stopped">Ends the wait, because the caller is gone.</param>
    /// <returns>Whether there is a place now, which has to be given back by <see cref="Return"/>.</returns>
    public async ValueTask<bool> WaitAsync(TimeSpan patience, CancellationToken stopped)
    {
        if (_line.Count >= LineMax)
            return false;

        Waiter waiter = new();
        Interlocked.Increment(ref _waiting);
        try
        {
            Interlocked.Increment(ref _standing);
            _line.Enqueue(waiter);

            // A place that became free before this one stood in line was nobody's to hand over.
            ServeLine();
            try
            {
                await waiter.Task.WaitAsync(patience, stopped);
                return true;
            }
            catch (Exception end) when (end is TimeoutException or OperationCanceledException)
            {
                // Whoever was called up at this very moment has the place all the same.
                return !waiter.TryLeave();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Return()
    {
        // Also when nobody waits: those who gave up stand in the line until somebody passes them, and keep others from it.
        Interlocked.Decrement(ref _used);
        ServeLine();
    }

    private void ServeLine()
    {
        // They are counted before they stand there, and look for a place themselves when they do. The count is cheaper to ask than the line.
        while (Volatile.Read(ref _standing) > 0 && !_line.IsEmpty && TryTakeFree())
        {
            bool served = false;
            while (!served && _line.TryDequeue(out Waiter? next))
            {
                Interlocked.Decrement(ref _standing);
                served = next.TryCall();
            }

            if (served)
                continue;

            // Everybody had left. Whoever comes now looks for a free place after standing in line, and finds this one.
            Interlocked.Decrement(ref _used);
        }
    }

    private bool TryTakeFree()
    {
        while (true)
        {
            int used = Volatile.Read(ref _used);
            if (used >= Count)
                return false;
            if (Interlocked.CompareExchange(ref _used, used + 1, used) == used)
                return true;
        }
    }

    private sealed class Waiter : TaskCompletionSource
    {
        private int _state;

        public Waiter()
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
        }

        /// <summary>Calls the waiter up; false when it has left.</summary>
        public bool TryCall()
        {
            if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
                return false;

            SetResult();
            return true;
        }

        /// <summary>Leaves the line; false when the waiter was called up before.</summary>
        public bool TryLeave() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;
    }
}

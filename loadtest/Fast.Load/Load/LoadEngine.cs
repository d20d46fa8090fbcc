using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Sockets;

namespace Fast.Load.Load;

/// <summary>Sends one kind of request over its own connections, slice after slice; the connections live on between slices.</summary>
public sealed class LoadEngine : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly EventLoop _loop;
    private readonly LoadPlan _plan;
    private readonly LoadConnection[] _connections;
    private readonly Queue<LoadConnection> _resting;
    private readonly LoopTimer _pace;
    private readonly LoopTimer _end;
    private LoadSlice? _slice;
    private bool _isBegun;
    private bool _isDisposed;

    /// <summary>Prepares; the first slice connects.</summary>
    public LoadEngine(EventLoop loop, LoadPlan plan)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Connections, 1);
        _loop = loop;
        _plan = plan;
        _pace = new LoopTimer(loop, OnPace);
        _end = new LoopTimer(loop, OnEnd);
        // One buffer for all: what is received is read before the loop goes on.
        byte[] buffer = new byte[BufferBytes];
        _resting = new Queue<LoadConnection>(plan.Connections);
        _connections = new LoadConnection[plan.Connections];
        for (int index = 0; index < _connections.Length; index++)
            _connections[index] = new LoadConnection(loop, this, plan, buffer);
    }

    /// <summary>How far it is, for other threads to look at.</summary>
    public LoadProgress Progress { get; } = new();

    /// <summary>
    /// Runs one slice. With a rate, requests are due at that constant rate per second whatever the answers do, and latency counts from
    /// the moment they are due; with rate zero each connection sends again when it was answered. Stopping early gives what there is.
    /// </summary>
    public async Task<LoadResult> RunAsync(TimeSpan duration, double rate, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        LoadSlice slice = new(duration, rate);
        await using CancellationTokenRegistration registration = stop.Register(() => _loop.Post(() => StopSlice(slice)));
        _loop.Post(() => _ = BeginAsync(slice));
        return await slice.Done.Task;
    }

    /// <summary>Closes the connections; a slice that still runs ends with what it has.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_loop.IsHere)
            Close();
        else
            _loop.Post(Close);
    }

    internal bool TryTake([NotNullWhen(true)] out LoadSlice? slice, out long intendedNs)
    {
        slice = _slice;
        intendedNs = 0;
        if (slice is null || !slice.TryTake(LoopClock.NowNs, out intendedNs))
            return false;
        Progress.CountSent(slice.Waiting);
        return true;
    }

    /// <summary>A connection has nothing to do. It comes back here after each request that ends without one that is due.</summary>
    internal void Rest(LoadConnection connection)
    {
        _resting.Enqueue(connection);
        EndWhenOver();
    }

    private async Task BeginAsync(LoadSlice slice)
    {
        try
        {
            if (_slice is not null || _isDisposed)
                throw new InvalidOperationException("An engine runs one slice at a time.");
            await ConnectAsync();
            if (slice.IsStopped)
            {
                slice.Start(LoopClock.NowNs);
                slice.Stop(LoopClock.NowNs);
                slice.Publish();
                return;
            }
            _slice = slice;
            slice.Start(LoopClock.NowNs);
            _end.Set(slice.EndNs);
            if (slice.IsOpenLoop)
                OnPace();
            else
                Hand(slice);
        }
        catch (Exception error)
        {
            // Whatever it was, it belongs to who asked for the slice, not to the loop.
            slice.Done.TrySetException(error);
        }
    }

    /// <summary>Connects before the clock starts. What fails here is tried again, and counted, by the requests.</summary>
    private async Task ConnectAsync()
    {
        foreach (LoadConnection connection in _connections)
        {
            if (await connection.ConnectAsync() is not null)
                break;
        }
        if (_isBegun)
            return;
        _isBegun = true;
        foreach (LoadConnection connection in _connections)
            _ = connection.RunAsync();
    }

    private void OnPace()
    {
        if (_slice is not { } slice)
            return;
        slice.Advance(LoopClock.NowNs);
        Hand(slice);
        if (slice.NextDueNs != long.MaxValue)
            _pace.Set(slice.NextDueNs);
    }

    private void Hand(LoadSlice slice)
    {
        // Counted first: a connection that is refused at once comes back to the queue.
        for (int resting = _resting.Count; resting > 0 && TryTake(out _, out long intendedNs); resting--)
            _resting.Dequeue().Give(slice, intendedNs);
    }

    /// <summary>The slice's time is over, and then the time for its last answers.</summary>
    private void OnEnd()
    {
        if (_slice is not { } slice)
            return;
        long nowNs = LoopClock.NowNs;
        long giveUpNs = slice.EndNs + (long)_plan.DrainMax.TotalNanoseconds;
        if (nowNs >= giveUpNs)
            StopSlice(slice);
        else
        {
            EndWhenOver();
            if (_slice is not null)
                _end.Set(giveUpNs);
        }
    }

    private void StopSlice(LoadSlice slice)
    {
        if (slice.Done.Task.IsCompleted)
            return;
        slice.Stop(LoopClock.NowNs);
        if (_slice != slice)
            return;
        foreach (LoadConnection connection in _connections)
            connection.Abandon();
        EndWhenOver();
    }

    private void EndWhenOver()
    {
        if (_slice is not { } slice || !slice.IsOver(LoopClock.NowNs))
            return;
        _slice = null;
        _pace.Cancel();
        _end.Cancel();
        slice.Publish();
    }

    private void Close()
    {
        if (_slice is { } slice)
            StopSlice(slice);
        foreach (LoadConnection connection in _connections)
            connection.End();
    }
}

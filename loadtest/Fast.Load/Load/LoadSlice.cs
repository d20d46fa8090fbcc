using System;
using System.Threading.Tasks;

namespace Fast.Load.Load;

/// <summary>One stretch of load: which requests are due when, how many are under way, and what came of them.</summary>
internal sealed class LoadSlice(TimeSpan duration, double rate)
{
    private const double NsPerSecond = 1e9;

    private long _startNs;
    private long _next;
    private long _due;
    private long _total;
    private long _endedInTime;

    public LoadResult Result { get; } = new() { AskedRate = rate };

    public TaskCompletionSource<LoadResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpenLoop => rate > 0;

    public long EndNs { get; private set; }

    public int InFlight { get; private set; }

    /// <summary>Requests that are due and were not taken yet.</summary>
    public long Waiting => IsOpenLoop ? _due - _next : 0;

    /// <summary>When the next request is due; <see cref="long.MaxValue"/> after the last.</summary>
    public long NextDueNs => _due < _total ? DueNs(_due) : long.MaxValue;

    public bool IsStopped { get; private set; }

    public void Start(long nowNs)
    {
        _startNs = nowNs;
        EndNs = nowNs + (long)(duration.TotalSeconds * NsPerSecond);
        _total = IsOpenLoop ? Math.Max(1, (long)(duration.TotalSeconds * rate)) : 0;
    }

    /// <summary>Counts the requests that have become due.</summary>
    public void Advance(long nowNs)
    {
        while (_due < _total && DueNs(_due) <= nowNs)
            _due++;
    }

    /// <summary>Takes the next request, if one is due, with the time from which its latency counts.</summary>
    public bool TryTake(long nowNs, out long intendedNs)
    {
        intendedNs = IsOpenLoop ? DueNs(_next) : nowNs;
        if (IsStopped || (IsOpenLoop ? _next >= _due : nowNs >= EndNs))
            return false;
        _next++;
        InFlight++;
        Result.Sent++;
        return true;
    }

    /// <summary>Nothing is taken any more: the time for answers has run out, or somebody asked to stop.</summary>
    public void Stop(long nowNs)
    {
        Advance(nowNs);
        // What was due and never found a connection has waited in vain.
        Result.Unanswered += Waiting;
        EndNs = Math.Min(EndNs, nowNs);
        _next = _due;
        _total = _due;
        IsStopped = true;
    }

    public bool IsOver(long nowNs) => InFlight == 0 && (IsStopped || (nowNs >= EndNs && _next >= _total));

    public void Complete(AnswerReader answer, long intendedNs, long nowNs)
    {
        InFlight--;
        Result.Completed++;
        Result.Events += answer.Events;
        Result.LatencyNs.Record(nowNs - intendedNs);
        Result.FirstByteNs.Record((answer.FirstNs == 0 ? nowNs : answer.FirstNs) - intendedNs);
        if (nowNs <= EndNs)
            _endedInTime++;
    }

    public void Fail(string reason)
    {
        InFlight--;
        Result.Fail(reason);
    }

    public void Abandon()
    {
        InFlight--;
        Result.Unanswered++;
    }

    public void Publish()
    {
        Result.Elapsed = TimeSpan.FromTicks(Math.Max(1, EndNs - _startNs) / 100);
        Result.AchievedRate = Result.Elapsed > TimeSpan.Zero ? _endedInTime / Result.Elapsed.TotalSeconds : 0;
        Done.TrySetResult(Result);
    }

    private long DueNs(long number) => _startNs + (long)(number * NsPerSecond / rate);
}

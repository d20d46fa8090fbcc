using System;
using System.Diagnostics;

namespace Fast.Load.Provider.Records;

/// <summary>What is remembered of one request and of how its answer ended.</summary>
internal sealed class RecordedRequest
{
    public long Number;
    public Moment? Arrived;
    public byte[] Head = [];
    public byte[] BodySha256 = [];
    public int BodyBytes;
    public byte[]? Body;
    public string? Model;

    /// <summary>The counts of its model.</summary>
    public ModelTruth? Truth;

    public int EventsWritten;
    public Moment? Finished;
    public Moment? Aborted;

    private bool _isKept;

    /// <summary>False for what asks the provider about itself, and for what could not be read.</summary>
    public bool IsCounted => Number > 0;

    public void Begin(long number, bool isKept)
    {
        Number = number;
        _isKept = isKept;
        Model = null;
        Truth = null;
        EventsWritten = 0;
        Finished = Aborted = null;
        Arrived = Now();
    }

    /// <summary>The time, where anybody will ask for it.</summary>
    public Moment? Now() => _isKept ? Moment.Now() : null;
}

/// <summary>One instant on both clocks: the one that never jumps, and the one that other processes share.</summary>
internal readonly record struct Moment(double MonotonicMs, double UnixMs)
{
    public static Moment Now()
    {
        double monotonicMs = Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        return new Moment(monotonicMs, (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds);
    }
}

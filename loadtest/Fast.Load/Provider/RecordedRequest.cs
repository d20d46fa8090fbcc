using System;
using System.Diagnostics;

namespace Fast.Load.Provider;

/// <summary>What is remembered of one request and of how its answer ended.</summary>
internal sealed class RecordedRequest(long number)
{
    public readonly long Number = number;
    public readonly Moment Arrived = Moment.Now();

    public byte[] Head = [];
    public byte[] BodySha256 = [];
    public int BodyBytes;
    public byte[]? Body;
    public string? Model;

    public int EventsWritten;
    public Moment? Finished;
    public Moment? Aborted;
}

/// <summary>One instant on both clocks: the one that never jumps, and the one that other processes share.</summary>
internal sealed record Moment(double MonotonicMs, double UnixMs)
{
    public static Moment Now()
    {
        double monotonicMs = Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        return new Moment(monotonicMs, (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds);
    }
}

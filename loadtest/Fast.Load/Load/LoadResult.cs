using System;
using System.Collections.Generic;

namespace Fast.Load.Load;

/// <summary>What a slice of load gave. Times of failed and unanswered requests are in no histogram.</summary>
public sealed class LoadResult
{
    private readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>Requests that were sent.</summary>
    public long Sent { get; set; }

    /// <summary>Requests whose whole answer came and was as it must be.</summary>
    public long Completed { get; set; }

    /// <summary>Requests that got no answer, half of one, or a wrong one.</summary>
    public long Failed { get; set; }

    /// <summary>Requests without an answer when the time for it had run out, those included that never found a free connection.</summary>
    public long Unanswered { get; set; }

    /// <summary>How many requests failed for each reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>From the moment a request was due to the end of its answer.</summary>
    public Histogram LatencyNs { get; } = new();

    /// <summary>From the moment a request was due to the first byte of the body, or to the first event of a stream.</summary>
    public Histogram FirstByteNs { get; } = new();

    /// <summary>Between two events of one stream.</summary>
    public Histogram EventGapNs { get; } = new();

    /// <summary>Events of the completed streams, the closing [DONE] included.</summary>
    public long Events { get; set; }

    /// <summary>Bytes received, heads and framing included.</summary>
    public long BytesIn { get; set; }

    /// <summary>How long the slice was, without the wait for the last answers.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Requests per second that were asked for; zero in a closed loop.</summary>
    public double AskedRate { get; set; }

    /// <summary>Requests per second that were completed within the slice.</summary>
    public double AchievedRate { get; set; }

    /// <summary>Adds another slice: counts and times add up, rates are weighted by time.</summary>
    public void Add(LoadResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double seconds = Elapsed.TotalSeconds + other.Elapsed.TotalSeconds;
        if (seconds > 0)
        {
            AskedRate = (AskedRate * Elapsed.TotalSeconds + other.AskedRate * other.Elapsed.TotalSeconds) / seconds;
            AchievedRate = (AchievedRate * Elapsed.TotalSeconds + other.AchievedRate * other.Elapsed.TotalSeconds) / seconds;
        }
        Elapsed += other.Elapsed;
        Sent += other.Sent;
        Completed += other.Completed;
        Failed += other.Failed;
        Unanswered += other.Unanswered;
        Events += other.Events;
        BytesIn += other.BytesIn;
        LatencyNs.Add(other.LatencyNs);
        FirstByteNs.Add(other.FirstByteNs);
        EventGapNs.Add(other.EventGapNs);
        foreach ((string reason, long count) in other._failures)
            _failures[reason] = _failures.GetValueOrDefault(reason) + count;
    }

    internal void Fail(string reason)
    {
        Failed++;
        _failures[reason] = _failures.GetValueOrDefault(reason) + 1;
    }
}

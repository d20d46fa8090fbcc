using System;

namespace Fast.Gateway.Storage.Writing;

/// <summary>Keeps a line from being logged more than once a minute.</summary>
internal sealed class LogPace
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private long? _toldAt;

    /// <param name="clock">For the minute.</param>
    public LogPace(TimeProvider clock) => _clock = clock;

    /// <summary>Whether it may be logged now; then it is.</summary>
    public bool MayTell()
    {
        if (_toldAt is { } told && _clock.GetElapsedTime(told) < s_period)
            return false;

        _toldAt = _clock.GetTimestamp();
        return true;
    }
}

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Gateway.Tests.Storage;

/// <summary>A clock that stands until it is moved; its timers fire once, when it is moved beyond their time.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _guard = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _passed;

    public DateTimeOffset Start { get; init; } = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long Now => GetUtcNow().ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_guard)
            return Start + _passed;
    }

    public override long GetTimestamp() => (GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FakeTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<FakeTimer> due;
        lock (_guard)
        {
            _passed += by;
            due = _timers.FindAll(timer => timer.Due <= _passed);
            _timers.RemoveAll(due.Contains);
        }

        foreach (FakeTimer timer in due)
            timer.Fire();
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._guard)
            {
                clock._timers.Remove(this);
                Due = clock._passed + dueTime;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock._timers.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._guard)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

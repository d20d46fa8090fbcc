using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Fast.Load.Load;

namespace Fast.Load.Run;

/// <summary>One line on the error stream that says every half second how far the load is.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int PeriodMs = 500;

    private readonly LoadProgress _progress;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Timer? _timer;
    private long _completed;
    private bool _isWritten;

    public ProgressLine(LoadProgress progress, bool isShown)
    {
        _progress = progress;
        _timer = isShown ? new Timer(_ => Write(), null, PeriodMs, PeriodMs) : null;
    }

    public void Dispose()
    {
        if (_timer is null || !_timer.Change(Timeout.Infinite, Timeout.Infinite))
            return;
        _timer.Dispose();
        if (_isWritten)
            Console.Error.WriteLine();
        _isWritten = false;
    }

    private void Write()
    {
        long completed = _progress.Completed;
        long rate = (completed - _completed) * 1000 / PeriodMs;
        _completed = completed;
        _isWritten = true;
        string line = string.Create(CultureInfo.InvariantCulture,
            $"\r{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:F1} s  {rate,7}/s  completed {completed}  failed {_progress.Failed}")
            + string.Create(CultureInfo.InvariantCulture, $"  waiting {_progress.Waiting}  events {_progress.Events}   ");
        Console.Error.Write(line);
    }
}

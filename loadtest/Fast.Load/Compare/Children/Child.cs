using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;

namespace Fast.Load.Compare.Children;

/// <summary>A started program: the head of a process group of its own, which writes to a file of its own.</summary>
internal sealed class Child : IDisposable
{
    private const int LogLinesShown = 12;
    private const int LogBytesRead = 8 * 1024;
    private static readonly TimeSpan s_stopMax = TimeSpan.FromSeconds(3);

    private readonly string _log;
    private bool _hasEnded;

    public Child(int id, string log, long startedAt)
    {
        Id = id;
        _log = log;
        StartedAt = startedAt;
    }

    /// <summary>Its process id, and the id of its group.</summary>
    public int Id { get; }

    /// <summary>Timestamp just before it was started.</summary>
    public long StartedAt { get; }

    public int Status { get; private set; }

    public bool HasEnded()
    {
        if (!_hasEnded && Native.WaitFor(Id, out int status, Native.NoHang) != 0)
        {
            Status = status;
            _hasEnded = true;
        }
        return _hasEnded;
    }

    /// <summary>Waits; false when it takes longer.</summary>
    public bool WaitForEnd(TimeSpan atMost, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasEnded())
        {
            if (Stopwatch.GetElapsedTime(start) > atMost || stop.IsCancellationRequested)
                return false;
            Thread.Sleep(5);
        }
        return true;
    }

    /// <summary>The last lines that it wrote, for a message.</summary>
    public string LastWords()
    {
        if (!File.Exists(_log))
            return "";
        using FileStream file = new(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, LogBytesRead), SeekOrigin.End);
        using StreamReader reader = new(file);
        string[] lines = [.. reader.ReadToEnd().Split('\n').Where(static line => line.Trim().Length > 0)];
        return string.Join('\n', lines.TakeLast(LogLinesShown));
    }

    /// <summary>How it ended, in words.</summary>
    public string EndInWords() => (Status & 0x7f) == 0 ? $"ended with exit code {Status >> 8 & 0xff}" : $"ended by signal {Status & 0x7f}";

    /// <summary>Asks it to end, then ends the whole group.</summary>
    public void Dispose()
    {
        if (!HasEnded())
        {
            Native.Kill(-Id, Native.SignalTerm);
            WaitForEnd(s_stopMax, CancellationToken.None);
        }
        // The group outlives its head when a child of it does.
        Native.Kill(-Id, Native.SignalKill);
        WaitForEnd(s_stopMax, CancellationToken.None);
    }
}

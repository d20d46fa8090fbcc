using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

namespace Fast.Gateway.Hosting;

/// <summary>
/// Calls for a reload when the configuration file changes, and on SIGHUP. It looks at the file once a second: that sees every way a file
/// can be replaced, also the link swap by which container platforms update a mounted one, which change notifications miss.
/// </summary>
internal sealed class ConfigurationWatch : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Action _reload;
    private readonly TextWriter _error;
    private readonly Lock _reloading = new();
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration _signal;
    private (DateTime Written, long Length, string? Target) _seen;

    /// <param name="path">The file.</param>
    /// <param name="reload">What to do; never called twice at once.</param>
    /// <param name="clock">For the timer.</param>
    /// <param name="error">Where a reload that failed is told.</param>
    public ConfigurationWatch(string path, Action reload, TimeProvider clock, TextWriter error)
    {
        _error = error;
        _path = path;
        _reload = reload;
        _seen = Look();
        _timer = clock.CreateTimer(static state => ((ConfigurationWatch)state!).OnTimer(), this, s_period, s_period);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signal.Dispose();
        _timer.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_reloading)
        {
            _seen = Look();
            Reload();
        }
    }

    private void OnTimer()
    {
        if (!_reloading.TryEnter())
            return;

        try
        {
            (DateTime, long, string?) now = Look();
            if (now == _seen)
                return;

            _seen = now;
            Reload();
        }
        finally
        {
            _reloading.Exit();
        }
    }

    /// <summary>Nothing that happens while reading may end the process, which serves on with what it has.</summary>
    private void Reload()
    {
        try
        {
            _reload();
        }
        catch (Exception failure)
        {
            _error.WriteLine($"{_path}: not reloaded: {failure.Message}");
        }
    }

    private (DateTime, long, string?) Look()
    {
        try
        {
            FileInfo file = new(_path);
            FileSystemInfo final = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return (final.LastWriteTimeUtc, final is FileInfo { Exists: true } found ? found.Length : -1, final.FullName);
        }
        catch (Exception moment) when (moment is IOException or UnauthorizedAccessException)
        {
            // In the middle of being replaced; the next look sees what came of it.
            return _seen;
        }
    }
}

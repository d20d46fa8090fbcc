using System;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Telemetry;

/// <summary>
/// Writes what operators have to see to standard error, a line each: time, level, message. Fast is silent while all goes well; what
/// comes here is rare, and from the web server below only warnings and worse. Whoever logs does not wait for the terminal or pipe
/// behind it: it may be the thread that serves everybody.
/// </summary>
internal sealed class StderrLog : ILoggerProvider, ILoggerFactory, ILogger
{
    /// <summary>Lines that wait to be written. Further ones are dropped, and their number is told.</summary>
    private const int WaitingLines = 1024;

    /// <summary>How long the end of the process waits for what is still to be written.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(WaitingLines) { SingleReader = true });
    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly Task _writing;
    private long _dropped;

    /// <param name="output">Standard error.</param>
    /// <param name="clock">For the time of a line.</param>
    public StderrLog(TextWriter output, TimeProvider clock)
    {
        _output = output;
        _clock = clock;
        _writing = Task.Run(WriteAsync);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;

        string line = $"{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {formatter(state, exception)}";
        if (!_lines.Writer.TryWrite(exception is null ? line : $"{line}{Environment.NewLine}{exception}"))
            Interlocked.Increment(ref _dropped);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writing.Wait(s_lastWords);
    }

    private async Task WriteAsync()
    {
        await foreach (string line in _lines.Reader.ReadAllAsync())
        {
            try
            {
                await _output.WriteLineAsync(line);
                if (!_lines.Reader.TryPeek(out _) && Interlocked.Exchange(ref _dropped, 0) is > 0 and long dropped)
                    await _output.WriteLineAsync($"{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} warning {dropped} lines were not written: standard error was too slow.");
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException)
            {
                // Nobody reads standard error any more. The gateway goes on; there is nobody to tell.
            }
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}

using System;
using System.IO;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Telemetry;

/// <summary>
/// Writes what operators have to see to standard error, a line each: time, level, message. Fast is silent while all goes well; what
/// comes here is rare, and from the web server below only warnings and worse.
/// </summary>
/// <param name="output">Standard error.</param>
/// <param name="clock">For the time of a line.</param>
internal sealed class StderrLog(TextWriter output, TimeProvider clock) : ILoggerProvider, ILoggerFactory, ILogger
{
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

        string line = $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {formatter(state, exception)}";
        lock (output)
        {
            output.WriteLine(line);
            if (exception is not null)
                output.WriteLine(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}

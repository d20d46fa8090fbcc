using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Fast.Gateway.Telemetry;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fast.Gateway.Tests.Telemetry;

public sealed class StderrLogTests
{
    [Fact]
    public void What_was_logged_is_written_by_the_time_the_log_is_closed()
    {
        using StringWriter output = new();
        using (StderrLog log = new(output, TimeProvider.System))
        {
            log.Log(LogLevel.Warning, default, "one", null, static (text, _) => text);
            log.Log(LogLevel.Information, default, "silent", null, static (text, _) => text);
            log.Log(LogLevel.Error, default, "two", new InvalidOperationException("why"), static (text, _) => text);
        }

        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning one$", lines[0]);
        Assert.EndsWith(" error two", lines[1]);
        Assert.Contains("why", lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain("silent", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_waits_for_an_output_that_is_stuck_and_what_was_lost_is_counted()
    {
        using StuckWriter output = new();
        StderrLog log = new(output, TimeProvider.System);
        const int lines = 3000;
        for (int i = 0; i < lines; i++)
            log.Log(LogLevel.Warning, default, i, null, static (number, _) => $"line {number}");

        output.Release();
        await Task.Run(log.Dispose);
        string written = output.ToString();
        Assert.Contains("line 0", written, StringComparison.Ordinal);
        Assert.DoesNotContain($"line {lines - 1}", written, StringComparison.Ordinal);
        Assert.Matches(@"warning 1\d{3} lines were not written", written);
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Encoding Encoding => Encoding.UTF8;

        public void Release() => _released.SetResult();

        public override async Task WriteLineAsync(string? value)
        {
            await _released.Task;
            WriteLine(value);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>A program under test: started from a command line, heard on both of its outputs, ended by a signal.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    public const int SigHup = 1;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private static readonly TimeSpan s_stopMax = TimeSpan.FromSeconds(10);

    // Only what a program needs to run: a provider's key of the developer must not configure the gateway.
    private static readonly string[] s_inherited = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_CLI_HOME", "LD_LIBRARY_PATH"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has written so far, to both outputs in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The command is a line such as `dotnet some.dll`, relative to the repository.</summary>
    public static ChildProcess Start(string command, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string inRepository = Path.Combine(Repository.Root, words[0]);
        ProcessStartInfo start = new(File.Exists(inRepository) ? inRepository : words[0])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in words.AsSpan(1))
            start.ArgumentList.Add(word);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (string name in s_inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                start.Environment[name] = value;
        }
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        ChildProcess child = new(new Process { StartInfo = start });
        child._process.OutputDataReceived += child.Hear;
        child._process.ErrorDataReceived += child.Hear;
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited && Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} was not delivered, error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_stopMax);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM and waits; the exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal(SigTerm);
        return WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_output)
            _output.AppendLine(line.Data);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}

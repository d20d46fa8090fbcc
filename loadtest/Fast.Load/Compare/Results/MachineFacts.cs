using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fast.Load.Compare.Results;

/// <summary>What a number depends on besides the target.</summary>
internal static class MachineFacts
{
    private const int VersionLengthMax = 120;
    private static readonly TimeSpan s_answerMost = TimeSpan.FromSeconds(20);

    public static string OwnVersion { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static IReadOnlyList<(string Name, string Value)> Read(bool isFifo) =>
    [
        ("kernel", File.ReadAllText("/proc/sys/kernel/osrelease").Trim()),
        ("os", RuntimeInformation.OSDescription),
        ("cpu", Line("/proc/cpuinfo", "model name")),
        ("cpus", Environment.ProcessorCount.ToString()),
        ("memory", Line("/proc/meminfo", "MemTotal")),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("fastload", OwnVersion),
        ("git_commit", FirstLine(["git", "rev-parse", "HEAD"])),
        ("git_dirty", FirstLine(["git", "status", "--porcelain", "--untracked-files=no"]).Length > 0 ? "yes" : "no"),
        ("load_average_before", File.ReadAllText("/proc/loadavg").Trim()),
        ("scheduling", isFifo ? "SCHED_FIFO" : "SCHED_OTHER"),
    ];

    public static string Sha256(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>The first line that a command says on either output; empty when it cannot be asked.</summary>
    public static string FirstLine(IReadOnlyList<string> command, string? folder = null)
    {
        string? program = command.Count > 0 ? Children.ProgramFiles.Find(command[0]) : null;
        if (program is null)
            return "";
        ProcessStartInfo start = new(program, command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> output = process.StandardOutput.ReadToEndAsync();
        System.Threading.Tasks.Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_answerMost))
        {
            process.Kill(entireProcessTree: true);
            return "";
        }
        string line = (output.Result + "\n" + (process.ExitCode == 0 ? error.Result : "")).Split('\n')
            .FirstOrDefault(static text => text.Trim().Length > 0, "").Trim();
        return line.Length > VersionLengthMax ? line[..VersionLengthMax] : line;
    }

    private static string Line(string file, string name) => File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(static line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault("unknown");
}

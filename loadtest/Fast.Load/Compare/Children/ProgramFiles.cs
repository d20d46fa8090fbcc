using System;
using System.IO;
using System.Linq;

namespace Fast.Load.Compare.Children;

/// <summary>Where programs are.</summary>
internal static class ProgramFiles
{
    // Debian keeps servers where the PATH of a user does not lead.
    private static readonly string[] s_more = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The file of a program named by a path or found on the PATH; null when there is none.</summary>
    public static string? Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(s_more)
            .Where(static folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The command that starts this program itself, native or under `dotnet`.</summary>
    public static string[] Own()
    {
        string process = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        string first = Environment.GetCommandLineArgs()[0];
        return Path.GetFileNameWithoutExtension(process) == "dotnet" && first.EndsWith(".dll", StringComparison.Ordinal)
            ? [process, Path.GetFullPath(first)] : [process];
    }
}

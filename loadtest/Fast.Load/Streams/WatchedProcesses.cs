using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Fast.Load.Streams;

/// <summary>Finds the processes that are to be watched.</summary>
internal static class WatchedProcesses
{
    private const int NameMax = 15;

    /// <summary>All processes of that name; the kernel keeps 15 characters of it.</summary>
    public static IReadOnlyList<int> Named(string name)
    {
        string known = name.Length > NameMax ? name[..NameMax] : name;
        List<int> found = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && pid != Environment.ProcessId && NameOf(folder) == known)
                found.Add(pid);
        }
        return found;
    }

    private static string NameOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd('\n');
        }
        catch (IOException)
        {
            // It ended while we looked.
            return "";
        }
    }
}

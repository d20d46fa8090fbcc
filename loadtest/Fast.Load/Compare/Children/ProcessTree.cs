using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fast.Load.Compare.Children;

/// <summary>Which processes belong to a started one.</summary>
internal static class ProcessTree
{
    /// <summary>The process and all that descend from it, and every process with one of the names.</summary>
    public static IReadOnlyList<int> Of(int root, IReadOnlyList<string> names)
    {
        List<(int Id, int Parent, string Name)> all = [.. Every()];
        HashSet<int> tree = [root];
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach ((int id, int parent, _) in all)
                grew |= tree.Contains(parent) && tree.Add(id);
        }
        tree.UnionWith(all.Where(process => names.Contains(process.Name, StringComparer.Ordinal)).Select(static process => process.Id));
        return [.. tree.Order()];
    }

    private static IEnumerable<(int Id, int Parent, string Name)> Every()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && ReadStat(folder) is { } stat && TryParse(stat, out int parent, out string name))
                yield return (id, parent, name);
        }
    }

    /// <summary>Takes apart `1 (a name) S 0 ...`; the name may hold blanks and brackets.</summary>
    public static bool TryParse(string stat, out int parent, out string name)
    {
        parent = 0;
        name = "";
        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
            return false;
        name = stat[(open + 1)..close];
        string[] rest = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return rest.Length > 1 && int.TryParse(rest[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out parent);
    }

    private static string? ReadStat(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "stat"));
        }
        // It ended in between.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

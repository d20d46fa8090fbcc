using System;
using System.Collections.Generic;
using System.Linq;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Guesses what an operator meant by a name that does not exist.</summary>
internal static class NearestName
{
    // Longer names are not compared: nothing in the contract comes near this length, and the comparison is quadratic.
    private const int ComparedMax = 64;
    private const int ListedMax = 30;

    /// <summary>The end of a message about an unknown name: the nearest known one, or all of them when none is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        if (TryFind(name, names, out string nearest))
            return $"; did you mean `{nearest}`?";
        if (names.Length == 0)
            return "";

        string listed = string.Join(", ", names.Take(ListedMax).Select(one => $"`{one}`"));
        return $"; known here: {listed}{(names.Length > ListedMax ? ", …" : "")}";
    }

    /// <summary>Finds the known name that is fewest edits away, if it is near enough to be meant.</summary>
    public static bool TryFind(string name, IEnumerable<string> known, out string nearest)
    {
        nearest = "";
        if (name.Length > ComparedMax)
            return false;

        int fewest = Tolerance(name.Length) + 1;
        foreach (string candidate in known)
        {
            // It takes at least as many edits as the lengths differ by.
            if (candidate.Length > ComparedMax || Math.Abs(candidate.Length - name.Length) >= fewest)
                continue;

            int edits = Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < fewest)
            {
                fewest = edits;
                nearest = candidate;
            }
        }

        return nearest.Length > 0;
    }

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours turn one text into the other.</summary>
    public static int Edits(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
                cost[i, j] = Cost(from, to, cost, i, j);
        }

        return cost[from.Length, to.Length];
    }

    private static int Cost(string from, string to, int[,] cost, int i, int j)
    {
        if (i == 0 || j == 0)
            return i + j;

        int replaced = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        int least = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
        bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return swapped ? Math.Min(least, cost[i - 2, j - 2] + 1) : least;
    }

    private static int Tolerance(int length) => length switch
    {
        <= 2 => 0,
        <= 4 => 1,
        <= 7 => 2,
        _ => 3,
    };
}

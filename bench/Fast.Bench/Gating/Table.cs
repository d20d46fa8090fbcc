using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Fast.Bench.Gating;

/// <summary>Prints what was measured beside what is allowed.</summary>
internal static class Table
{
    private static readonly string[] s_heads = ["benchmark", "", "ratio", "bytes", "over", "budget"];

    /// <summary>Prints one line to a benchmark.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="time">What the column of times holds.</param>
    /// <param name="measured">The rows.</param>
    /// <param name="budgets">What is allowed.</param>
    public static void Write(TextWriter output, string time, IReadOnlyList<Measured> measured, IReadOnlyDictionary<string, Budget> budgets)
    {
        List<string[]> lines = [[s_heads[0], time, .. s_heads[2..]]];
        foreach (Measured row in measured)
            lines.Add(LineOf(row, budgets.TryGetValue(row.Name, out Budget? budget) ? budget.ToString() : "none"));

        int[] widths = new int[s_heads.Length];
        foreach (string[] line in lines)
        {
            for (int i = 0; i < line.Length; i++)
                widths[i] = Math.Max(widths[i], line[i].Length);
        }

        foreach (string[] line in lines)
        {
            output.Write(line[0].PadRight(widths[0]));
            for (int i = 1; i < line.Length - 1; i++)
                output.Write("  " + line[i].PadLeft(widths[i]));
            output.WriteLine("  " + line[^1]);
        }
    }

    /// <summary>Prints broken budgets, each with what to do.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Offence> offences)
    {
        foreach (Offence offence in offences)
        {
            output.WriteLine($"  {offence.Name} {offence.What}");
            output.WriteLine($"      {offence.Remedy}");
        }
    }

    private static string[] LineOf(Measured row, string budget) =>
    [
        row.Name,
        TimeOf(row.Nanoseconds),
        row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-",
        row.Bytes.ToString(CultureInfo.InvariantCulture),
        row.BytesOver is { } over ? over.ToString("+0;-0;0", CultureInfo.InvariantCulture) : "-",
        budget,
    ];

    private static string TimeOf(double nanoseconds) => nanoseconds < 10_000
        ? nanoseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ns"
        : (nanoseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " us";
}

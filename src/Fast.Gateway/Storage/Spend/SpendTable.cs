using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fast.Gateway.Storage.Spend;

/// <summary>A report for people: columns under their names, numbers to the right, and the total.</summary>
internal static class SpendTable
{
    private const string Gap = "  ";

    public static void Write(SpendReport report, TextWriter output)
    {
        List<string[]> lines = [[report.By, "requests", "input", "output", "cost USD", "estimated"]];
        lines.AddRange(report.Rows.Select(static row => Cells(Printable(row.Name ?? "-"), row)));
        lines.Add(Cells("total", report.Total));

        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            IEnumerable<string> cells = line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }

        if (report.Total.Unpriced > 0)
            output.WriteLine($"{report.Total.Unpriced} of these requests used a model without a price and count as 0.");
    }

    private static string[] Cells(string name, SpendRow row) =>
    [
        name,
        row.Requests.ToString("N0", CultureInfo.InvariantCulture),
        row.InputTokens.ToString("N0", CultureInfo.InvariantCulture),
        row.OutputTokens.ToString("N0", CultureInfo.InvariantCulture),
        (row.Cost / 1_000_000_000m).ToString("N6", CultureInfo.InvariantCulture),
        row.Requests == 0 ? "-" : (100m * row.Estimated / row.Requests).ToString("0.0", CultureInfo.InvariantCulture) + "%",
    ];

    /// <summary>Callers name runs: what they write must not command the terminal.</summary>
    private static string Printable(string name) => string.Concat(name.Select(static c => char.IsControl(c) ? '?' : c));
}

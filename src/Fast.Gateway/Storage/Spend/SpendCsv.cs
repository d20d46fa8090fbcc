using System;
using System.Buffers;
using System.Globalization;
using System.IO;

namespace Fast.Gateway.Storage.Spend;

/// <summary>A report as CSV (RFC 4180), a line for each row and none for the total. The columns are a stable format.</summary>
internal static class SpendCsv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",\r\n");

    public static void Write(SpendReport report, TextWriter output)
    {
        output.Write($"{report.By},requests,input_tokens,output_tokens,cost_usd,estimated_requests,unpriced_requests\r\n");
        foreach (SpendRow row in report.Rows)
        {
            string cost = (row.Cost / 1_000_000_000m).ToString("0.000000000", CultureInfo.InvariantCulture);
            output.Write($"{Field(row.Name ?? "")},{row.Requests},{row.InputTokens},{row.OutputTokens},{cost},{row.Estimated},{row.Unpriced}\r\n");
        }
    }

    /// <summary>A text as a field: quoted where it has to be, and never a formula.</summary>
    public static string Field(string name)
    {
        // Spreadsheets run what looks like a formula, and callers name runs.
        string safe = name is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + name : name;
        return safe.AsSpan().ContainsAny(s_quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

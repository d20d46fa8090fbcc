using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Storage.Sqlite;

namespace Fast.Gateway.Storage.Spend;

/// <summary>What was used in a span of time, grouped by one thing.</summary>
/// <param name="By">What it is grouped by.</param>
/// <param name="Since">The first moment; null for the beginning.</param>
/// <param name="Until">The first moment behind it; null for now.</param>
/// <param name="Rows">The groups: days in their order, everything else with the most expensive first.</param>
internal sealed record SpendReport(string By, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<SpendRow> Rows)
{
    private const string Usage = """
        COUNT(*), SUM(input + cache_read + cache_write + cache_write_hour + audio_input), SUM(output + reasoning + audio_output),
        SUM(cost), SUM(estimated),
        SUM(NOT priced AND input + cache_read + cache_write + cache_write_hour + audio_input + output + reasoning + audio_output > 0)
        """;

    /// <summary>What a report can be grouped by, and the expression that gives it.</summary>
    private static readonly Dictionary<string, string> s_groups = new(StringComparer.Ordinal)
    {
        ["key"] = "key",
        ["team"] = "team",
        ["organisation"] = "organisation",
        // Two keys may have runs of one name.
        ["run"] = "key || '/' || run",
        // A name of the caller's is not in the configuration, and so not in the books; the provider's is.
        ["model"] = "COALESCE(model, provider || '/' || upstream_model)",
        ["provider"] = "provider",
        ["day"] = "date(ended_at / 1000, 'unixepoch')",
    };

    /// <summary>What a report can be grouped by.</summary>
    public static IReadOnlyCollection<string> Groups => s_groups.Keys;

    /// <summary>All rows together.</summary>
    public SpendRow Total => Rows.Aggregate(
        new SpendRow(null, 0, 0, 0, 0, 0, 0),
        static (sum, row) => new(
            null,
            sum.Requests + row.Requests,
            sum.InputTokens + row.InputTokens,
            sum.OutputTokens + row.OutputTokens,
            sum.Cost + row.Cost,
            sum.Estimated + row.Estimated,
            sum.Unpriced + row.Unpriced));

    /// <summary>Reads a report out of a store.</summary>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public static SpendReport Read(SqliteDatabase database, string by, DateTimeOffset? since, DateTimeOffset? until)
    {
        string order = by == "day" ? "1" : "5 DESC, 2 DESC, 1";
        using SqliteStatement select = database.Prepare(
            $"SELECT {s_groups[by]}, {Usage} FROM exchange WHERE ended_at >= ? AND ended_at < ? GROUP BY 1 ORDER BY {order}");
        select.Bind(1, since?.ToUnixTimeMilliseconds() ?? long.MinValue);
        select.Bind(2, until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        List<SpendRow> rows = [];
        while (select.Step())
        {
            rows.Add(new(
                select.Text(0), select.Integer(1), select.Integer(2), select.Integer(3), select.Integer(4), select.Integer(5), select.Integer(6)));
        }

        return new(by, since, until, rows);
    }
}

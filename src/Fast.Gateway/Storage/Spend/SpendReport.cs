using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Spend;

/// <summary>What was used in a span of time, grouped by one thing.</summary>
/// <param name="By">What it is grouped by.</param>
/// <param name="Since">The first moment; null for the beginning.</param>
/// <param name="Until">The first moment behind it; null for now.</param>
/// <param name="Rows">The groups: days in their order, everything else with the most expensive first.</param>
internal sealed record SpendReport(string By, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<SpendRow> Rows)
{
    /// <summary>What a report can be grouped by, and what gives an exchange's group; null for exchanges without one.</summary>
    private static readonly Dictionary<string, Func<LedgerRecord, string?>> s_groups = new(StringComparer.Ordinal)
    {
        ["key"] = static record => record.Key,
        ["team"] = static record => record.Team,
        ["organisation"] = static record => record.Organisation,
        // Two keys may have runs of one name.
        ["run"] = static record => record.Run is null ? null : $"{record.Key}/{record.Run}",
        // A name of the caller's is not in the configuration, and so not in the books; the provider's is.
        ["model"] = static record => record.Model ?? (record.Provider is null ? null : $"{record.Provider}/{record.UpstreamModel}"),
        ["provider"] = static record => record.Provider,
        ["day"] = static record => DateTimeOffset.FromUnixTimeMilliseconds(record.EndedAt).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    /// <summary>What a report can be grouped by.</summary>
    public static IReadOnlyCollection<string> Groups => s_groups.Keys;

    /// <summary>All rows together.</summary>
    public SpendRow Total => Rows.Aggregate(new SpendRow(null), static (sum, row) => sum.Add(row));

    /// <summary>Reads a report out of a store.</summary>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public static SpendReport Read(SqliteDatabase database, string by, DateTimeOffset? since, DateTimeOffset? until, Action<string> lost)
    {
        Func<LedgerRecord, string?> groupOf = s_groups[by];
        // A dictionary takes no null for a key.
        SpendRow? without = null;
        Dictionary<string, SpendRow> rows = new(StringComparer.Ordinal);
        foreach (LedgerRecord record in BlockTable.Read(database, since, until, lost))
        {
            if (groupOf(record) is not { } name)
                without = (without ?? new SpendRow(null)).Add(record);
            else
                rows[name] = rows.GetValueOrDefault(name, new SpendRow(name)).Add(record);
        }

        IEnumerable<SpendRow> all = without is null ? rows.Values : rows.Values.Prepend(without);
        IOrderedEnumerable<SpendRow> sorted = by == "day"
            ? all.OrderBy(static row => row.Name, StringComparer.Ordinal)
            : all.OrderByDescending(static row => row.Cost).ThenByDescending(static row => row.Requests).ThenBy(static row => row.Name, StringComparer.Ordinal);
        return new(by, since, until, [.. sorted]);
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Blocks;

/// <summary>The exchanges of a store, as its table <c>block</c> has them.</summary>
internal static class BlockTable
{
    /// <summary>Every exchange that ended in a span of time, roughly in the order in which they ended.</summary>
    /// <param name="database">The store.</param>
    /// <param name="since">The first moment.</param>
    /// <param name="until">The first moment behind it.</param>
    /// <param name="lost">Told of each block that cannot be read, which is left out.</param>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public static IEnumerable<LedgerRecord> Read(SqliteDatabase database, DateTimeOffset? since, DateTimeOffset? until, Action<string> lost)
    {
        long from = since?.ToUnixTimeMilliseconds() ?? long.MinValue;
        long behind = until?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        using SqliteStatement span = database.Prepare("SELECT MIN(id), MAX(id) FROM block WHERE last >= ?");
        span.Bind(1, from);
        span.Step();
        (long next, long end) = (span.Integer(0), span.Integer(1));
        span.Reset();

        // Block by block: whoever takes long to print them must not hold on to one state of the store, behind which its log would grow. The plus
        // has them found by their numbers, in whose order they are read.
        using SqliteStatement select = database.Prepare(
            "SELECT id, bytes, records, first, last FROM block WHERE id BETWEEN ? AND ? AND +last >= ? AND first < ? ORDER BY id LIMIT 1");
        List<LedgerRecord> records = new(BlockEncoder.RecordsMax);
        while (TryRead(select, ref next, end, (from, behind), records, lost))
        {
            foreach (LedgerRecord record in records)
            {
                if (record.EndedAt >= from && record.EndedAt < behind)
                    yield return record;
            }
        }
    }

    private static bool TryRead(
        SqliteStatement select, ref long next, long end, (long From, long Behind) span, List<LedgerRecord> records, Action<string> lost)
    {
        records.Clear();
        select.Bind(1, next);
        select.Bind(2, end);
        select.Bind(3, span.From);
        select.Bind(4, span.Behind);
        try
        {
            if (!select.Step())
                return false;

            next = select.Integer(0) + 1;
            if (!TryDecode(select, records, out string? problem))
            {
                records.Clear();
                lost($"Block {select.Integer(0)} is left out, with {select.Integer(2)} exchanges that ended from {Moment(select.Integer(3))} to "
                    + $"{Moment(select.Integer(4))}: {problem}");
            }

            return true;
        }
        catch (StoreException failure)
        {
            // Where the file itself is damaged, nothing says what stands behind.
            lost($"The blocks from {next} on are left out: {failure.Message}");
            return false;
        }
        finally
        {
            select.Reset();
        }
    }

    private static bool TryDecode(SqliteStatement row, List<LedgerRecord> records, out string? problem)
    {
        problem = null;
        try
        {
            BlockDecoder decoder = new(row.Bytes(1));
            while (decoder.TryRead(out LedgerRecord record))
                records.Add(record);
            if (records.Count != row.Integer(2))
                problem = $"It has {records.Count}.";
        }
        catch (StoreException failure)
        {
            problem = failure.Message;
        }

        return problem is null;
    }

    private static string Moment(long milliseconds) => BlockDecoder.IsMoment(milliseconds)
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
        : milliseconds.ToString(CultureInfo.InvariantCulture);
}

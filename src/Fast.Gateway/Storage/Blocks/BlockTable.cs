using System;
using System.Collections.Generic;
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
    /// <exception cref="StoreException">The disk cannot be read, or a block is damaged.</exception>
    public static IEnumerable<LedgerRecord> Read(SqliteDatabase database, DateTimeOffset? since, DateTimeOffset? until)
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
            "SELECT id, bytes FROM block WHERE id BETWEEN ? AND ? AND +last >= ? AND first < ? ORDER BY id LIMIT 1");
        List<LedgerRecord> records = new(BlockEncoder.RecordsMax);
        while (TryRead(select, ref next, end, from, behind, records))
        {
            foreach (LedgerRecord record in records)
            {
                if (record.EndedAt >= from && record.EndedAt < behind)
                    yield return record;
            }
        }
    }

    private static bool TryRead(SqliteStatement select, ref long next, long end, long from, long behind, List<LedgerRecord> records)
    {
        records.Clear();
        select.Bind(1, next);
        select.Bind(2, end);
        select.Bind(3, from);
        select.Bind(4, behind);
        bool isFound = select.Step();
        if (isFound)
        {
            next = select.Integer(0) + 1;
            BlockDecoder decoder = new(select.Bytes(1));
            while (decoder.TryRead(out LedgerRecord record))
                records.Add(record);
        }

        select.Reset();
        return isFound;
    }
}

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
        using SqliteStatement select = database.Prepare("SELECT bytes FROM block WHERE last >= ? AND first < ? ORDER BY last");
        select.Bind(1, from);
        select.Bind(2, behind);
        List<LedgerRecord> records = new(BlockEncoder.RecordsMax);
        while (select.Step())
        {
            records.Clear();
            BlockDecoder decoder = new(select.Bytes(0));
            while (decoder.TryRead(out LedgerRecord record))
                records.Add(record);
            foreach (LedgerRecord record in records)
            {
                if (record.EndedAt >= from && record.EndedAt < behind)
                    yield return record;
            }
        }
    }
}

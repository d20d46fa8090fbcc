using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Blocks;

public sealed class BlockTableTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Who_reads_slowly_does_not_keep_the_log_from_being_emptied()
    {
        await FillAsync(3);
        using LedgerReader reader = LedgerReader.Open(_test.Folder);
        using IEnumerator<LedgerRecord> records = BlockTable.Read(reader.Database, null, null, Assert.Fail).GetEnumerator();
        Assert.True(records.MoveNext());

        using SqliteDatabase writer = SqliteDatabase.Open(_test.Database);
        writer.Execute("UPDATE pulse SET at = 1; INSERT INTO pulse VALUES (7, 7)");
        Assert.Equal(0, writer.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
        Assert.True(records.MoveNext());
    }

    [Fact]
    public async Task What_is_written_behind_a_reader_is_not_read_and_nothing_is_read_twice()
    {
        await FillAsync(3);
        using LedgerReader reader = LedgerReader.Open(_test.Folder);
        using IEnumerator<LedgerRecord> records = BlockTable.Read(reader.Database, null, null, Assert.Fail).GetEnumerator();
        List<ulong> read = [];
        while (records.MoveNext())
        {
            read.Add(records.Current.IdLow);
            await FillAsync(1);
        }

        Assert.Equal([0UL, 1, 2], read);
    }

    [Theory]
    [InlineData(null, null, "0 1 2 3")]
    [InlineData(1, null, "1 2 3")]
    [InlineData(null, 2, "0 1")]
    [InlineData(1, 3, "1 2")]
    [InlineData(9, null, "")]
    public async Task A_span_is_read(int? since, int? until, string expected)
    {
        long start = _test.Clock.Now;
        for (int i = 0; i < 4; i++)
        {
            await using SqliteLedger ledger = _test.Open();
            Put(ledger, _test.Record((ulong)i) with { EndedAt = start + (i * 1000) });
        }

        using LedgerReader reader = LedgerReader.Open(_test.Folder);
        DateTimeOffset? from = since is { } s ? DateTimeOffset.FromUnixTimeMilliseconds(start + (s * 1000)) : null;
        DateTimeOffset? behind = until is { } u ? DateTimeOffset.FromUnixTimeMilliseconds(start + (u * 1000)) : null;
        Assert.Equal(expected, string.Join(' ', BlockTable.Read(reader.Database, from, behind, Assert.Fail).Select(static record => record.IdLow)));
    }

    private async Task FillAsync(ulong blocks)
    {
        for (ulong i = 0; i < blocks; i++)
        {
            await using SqliteLedger ledger = _test.Open();
            Put(ledger, _test.Record(i));
        }
    }

    private static void Put(SqliteLedger ledger, in LedgerRecord record)
    {
        Assert.True(ledger.TryTakePlace());
        ledger.Record(in record);
    }
}

using System.Buffers.Binary;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Blocks;

/// <summary>Brings the exchanges of a store of version 1, which had a row for each, into blocks.</summary>
internal static class RowsToBlocks
{
    private const string Select = """
        SELECT id, ended_at, organisation, team, key, run, endpoint, model, provider, upstream_model, attempts,
            input, cache_read, cache_write, cache_write_hour, audio_input, output, reasoning, audio_output,
            cost, estimated, priced, status, decision, own_us, whole_us
        FROM exchange ORDER BY ended_at
        """;

    /// <summary>Moves all of them.</summary>
    /// <param name="database">With both tables, in a transaction.</param>
    public static void Move(SqliteDatabase database)
    {
        using BlockWriter blocks = new(database);
        using SqliteStatement select = database.Prepare(Select);
        blocks.Begin();
        while (select.Step())
            blocks.Add(Read(select));
        blocks.Flush();
    }

    private static LedgerRecord Read(SqliteStatement row) => new()
    {
        IdHigh = BinaryPrimitives.ReadUInt64BigEndian(row.Bytes(0)),
        IdLow = BinaryPrimitives.ReadUInt64BigEndian(row.Bytes(0)[sizeof(ulong)..]),
        EndedAt = row.Integer(1),
        Organisation = row.Text(2),
        Team = row.Text(3),
        Key = row.Text(4)!,
        Run = row.Text(5),
        Endpoint = row.Text(6)!,
        Model = row.Text(7),
        Provider = row.Text(8),
        UpstreamModel = row.Text(9),
        Attempts = (int)row.Integer(10),
        Usage = new()
        {
            Input = row.Integer(11),
            CacheRead = row.Integer(12),
            CacheWrite = row.Integer(13),
            CacheWriteHour = row.Integer(14),
            AudioInput = row.Integer(15),
            Output = row.Integer(16),
            Reasoning = row.Integer(17),
            AudioOutput = row.Integer(18),
        },
        Cost = row.Integer(19),
        Estimated = row.Integer(20) != 0,
        Priced = row.Integer(21) != 0,
        Status = (int)row.Integer(22),
        Decision = row.Text(23),
        OwnMicroseconds = row.Integer(24),
        WholeMicroseconds = row.Integer(25),
    };
}

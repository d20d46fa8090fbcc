using System;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Blocks;

/// <summary>
/// Writes records as blocks. A commit that failed may have happened all the same, and is tried again: the same records, and those that came
/// behind them, then make the same blocks again, under the same numbers, and take the place of what may be there.
/// </summary>
internal sealed class BlockWriter : IDisposable
{
    private readonly SqliteStatement _insert;
    private readonly BlockEncoder _encoder = new();
    private long _committed;
    private long _written;

    /// <param name="database">A store of this version.</param>
    public BlockWriter(SqliteDatabase database)
    {
        _insert = database.Prepare("REPLACE INTO block (id, first, last, records, bytes) VALUES (?,?,?,?,?)");
        _committed = database.Number("SELECT COALESCE(MAX(id), 0) FROM block");
    }

    /// <summary>Begins the first block of a transaction.</summary>
    public void Begin()
    {
        _written = _committed;
        _encoder.Begin();
    }

    /// <summary>Adds a record, in the order in which they are to be written should this have to be tried again.</summary>
    public void Add(in LedgerRecord record)
    {
        if (_encoder.TryAdd(in record))
            return;

        Flush();
        _encoder.TryAdd(in record);
    }

    /// <summary>Writes the block that is begun.</summary>
    public void Flush()
    {
        if (_encoder.Count == 0)
            return;

        _insert.Bind(1, ++_written);
        _insert.Bind(2, _encoder.First);
        _insert.Bind(3, _encoder.Last);
        _insert.Bind(4, _encoder.Count);
        _insert.Bind(5, _encoder.Bytes);
        _insert.Run();
        _encoder.Begin();
    }

    /// <summary>The transaction succeeded: what comes next gets new numbers.</summary>
    public void Commit() => _committed = _written;

    /// <inheritdoc/>
    public void Dispose() => _insert.Dispose();
}

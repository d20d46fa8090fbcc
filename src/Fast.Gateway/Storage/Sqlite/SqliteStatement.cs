using System;
using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Fast.Gateway.Storage.Sqlite;

/// <summary>A compiled statement. Parameters are counted from 1 and columns from 0, as SQLite counts them.</summary>
internal sealed class SqliteStatement : IDisposable
{
    /// <summary>Texts up to this many bytes are encoded on the stack.</summary>
    private const int StackBytes = 512;

    private readonly SqliteDatabase _database;
    private readonly sqlite3_stmt _statement;

    internal SqliteStatement(SqliteDatabase database, sqlite3_stmt statement)
    {
        _database = database;
        _statement = statement;
    }

    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(_statement, parameter, value));

    public void Bind(int parameter, bool value) => Bind(parameter, value ? 1 : 0L);

    public void Bind(int parameter, ReadOnlySpan<byte> blob) => Check(raw.sqlite3_bind_blob(_statement, parameter, blob));

    public void Bind(int parameter, string? text)
    {
        if (text is null)
        {
            Check(raw.sqlite3_bind_null(_statement, parameter));
            return;
        }

        int bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = bytesMax > StackBytes ? ArrayPool<byte>.Shared.Rent(bytesMax) : null;
        Span<byte> buffer = rented ?? stackalloc byte[StackBytes];
        int length = Encoding.UTF8.GetBytes(text, buffer);
        int code = raw.sqlite3_bind_text(_statement, parameter, buffer[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        Check(code);
    }

    /// <summary>Goes on to the next row.</summary>
    /// <returns>False behind the last one.</returns>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Failed(code),
        };
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Makes the statement ready for the next time. Its parameters stay as they are.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A blob, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Failed(code);
    }

    /// <summary>A statement that failed keeps locks until it is reset.</summary>
    private StoreException Failed(int code)
    {
        StoreException failure = _database.Failure(code);
        Reset();
        return failure;
    }
}

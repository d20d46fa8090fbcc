using System;
using SQLitePCL;

namespace Fast.Gateway.Storage.Sqlite;

/// <summary>
/// A connection to an SQLite file, used by one thread at a time. The library is asked directly, not through ADO.NET, so that writing a
/// record boxes nothing and every result code is seen.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long a statement waits for a lock of another process, in milliseconds; less than an exchange waits for a lease.</summary>
    private const int LockWait = 1000;

    private readonly sqlite3 _connection;
    private readonly string _path;

    /// <summary>The library is loaded with the first store that is opened, not with the process.</summary>
    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(sqlite3 connection, string path)
    {
        _connection = connection;
        _path = path;
    }

    /// <summary>Whether a transaction is open. Some errors end it by themselves.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_connection) == 0;

    /// <summary>Opens a file, and makes it when there is none.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static SqliteDatabase Open(string path) => Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    /// <summary>Opens a file that is there, to read; another process may be writing to it.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static SqliteDatabase OpenToRead(string path) => Open(path, raw.SQLITE_OPEN_READONLY);

    /// <summary>Runs statements that give nothing back.</summary>
    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(_connection, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>Runs a statement for the first number that it gives.</summary>
    public long Number(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() ? statement.Integer(0) : throw new StoreException($"{_path}: {sql} gave nothing.");
    }

    /// <summary>Compiles one statement, to be run as often as wanted.</summary>
    public SqliteStatement Prepare(string sql)
    {
        int code = raw.sqlite3_prepare_v2(_connection, sql, out sqlite3_stmt statement);
        return code == raw.SQLITE_OK ? new(this, statement) : throw Failure(code);
    }

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes() => raw.sqlite3_changes(_connection);

    /// <summary>What went wrong, in the words of the library.</summary>
    public StoreException Failure(int code)
    {
        int extended = raw.sqlite3_extended_errcode(_connection);

        // The library has no words of its own for it: the disk has no room for the index of the log.
        string words = extended == raw.SQLITE_IOERR_SHMSIZE ? "database or disk is full" : raw.sqlite3_errmsg(_connection).utf8_to_string();
        return new($"{_path}: {words} (SQLite {(extended == raw.SQLITE_OK ? code : extended)})");
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static SqliteDatabase Open(string path, int flags)
    {
        // One thread at a time, as the class says: the library's own lock around each call would be for nothing.
        int code = raw.sqlite3_open_v2(path, out sqlite3 connection, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        SqliteDatabase database = new(connection, path);
        if (code != raw.SQLITE_OK)
        {
            StoreException failure = database.Failure(code);
            database.Dispose();
            throw failure;
        }

        if (OperatingSystem.IsLinux() && !MappedIndex.TryGuard(connection))
        {
            database.Dispose();
            throw new StoreException($"{path}: SQLite {raw.sqlite3_libversion().utf8_to_string()} has functions that are not known here.");
        }

        _ = raw.sqlite3_busy_timeout(connection, LockWait);
        return database;
    }
}

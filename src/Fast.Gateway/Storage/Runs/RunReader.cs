using System;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Runs;

/// <summary>Finds runs by their names. Used by one thread at a time.</summary>
internal sealed class RunReader : IDisposable
{
    private readonly SqliteStatement _select;

    /// <param name="database">A store of this version.</param>
    public RunReader(SqliteDatabase database) => _select = database.Prepare(
        "SELECT parent, begun_at, last_used_at, requests, tool_calls, tokens, cost, repeats FROM run WHERE account = ?");

    /// <summary>What the store has of a run; null when it does not know it.</summary>
    /// <param name="account">The name of its account.</param>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public StoredRun? Find(string account)
    {
        _select.Bind(1, account);
        StoredRun? found = _select.Step()
            ? new(_select.Text(0), _select.Integer(1), _select.Integer(2), _select.Integer(3), _select.Integer(4), _select.Integer(5), _select.Integer(6))
            {
                Repeats = _select.Bytes(7) is { IsEmpty: false } repeats ? repeats.ToArray() : null,
            }
            : null;

        // A statement that is not reset goes on seeing the store as it was.
        _select.Reset();
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _select.Dispose();
}

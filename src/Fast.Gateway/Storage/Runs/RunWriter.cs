using System;
using Fast.Gateway.Storage.Sqlite;
using Fast.Proxy.Policies.Runs;

namespace Fast.Gateway.Storage.Runs;

/// <summary>Writes runs as they stand in memory.</summary>
internal sealed class RunWriter : IDisposable
{
    // What a row says only grows, but for the calls, which are those of the run as it stands last; and a commit that failed may have happened all the same: written twice, or late, it is as if written once.
    private const string Upsert = """
        INSERT INTO run (account, parent, begun_at, last_used_at, requests, tool_calls, tokens, cost, repeats) VALUES (?,?,?,?,?,?,?,?,?)
        ON CONFLICT DO UPDATE SET begun_at = MIN(begun_at, excluded.begun_at), last_used_at = MAX(last_used_at, excluded.last_used_at),
            requests = MAX(requests, excluded.requests), tool_calls = MAX(tool_calls, excluded.tool_calls),
            tokens = MAX(tokens, excluded.tokens), cost = MAX(cost, excluded.cost), repeats = COALESCE(excluded.repeats, repeats)
        """;

    private readonly SqliteStatement _upsert;

    /// <param name="database">A store of this version.</param>
    public RunWriter(SqliteDatabase database) => _upsert = database.Prepare(Upsert);

    /// <summary>Writes one. Within a transaction.</summary>
    public void Write(RunState run)
    {
        _upsert.Bind(1, run.Account.Path);
        _upsert.Bind(2, run.Parent?.Id);
        _upsert.Bind(3, run.BegunAt);
        _upsert.Bind(4, run.LastUsedAt);
        _upsert.Bind(5, run.Requests);
        _upsert.Bind(6, run.ToolCalls);
        _upsert.Bind(7, run.Tokens);
        _upsert.Bind(8, run.Cost);
        Span<byte> repeats = stackalloc byte[RunState.RepeatsBytesMax];
        if (run.SaveRepeats(repeats) is > 0 and int length)
            _upsert.Bind(9, repeats[..length]);
        else
            _upsert.Bind(9, (string?)null);
        _upsert.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _upsert.Dispose();
}

using System;
using Fast.Gateway.Storage.Sqlite;

namespace Fast.Gateway.Storage.Writing;

/// <summary>Where tests take hold of a ledger.</summary>
internal sealed record LedgerSeams
{
    /// <summary>Records that fit.</summary>
    public int Capacity { get; init; } = 8192;

    /// <summary>How long the first record waits for others to share its commit: the disk costs by the commit.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Called on the writer's thread in each transaction, before anything is written in it; may throw or take its time.</summary>
    public Action<SqliteDatabase>? OnTransaction { get; init; }

    /// <summary>Called on the writer's thread behind each commit; what it throws counts as the commit's failure.</summary>
    public Action? OnCommitted { get; init; }

    /// <summary>Called on the writer's thread when writing begins to fail (false) or works again (true).</summary>
    public Action<bool>? OnHealth { get; init; }
}

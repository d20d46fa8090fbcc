using System;
using Fast.Gateway.Storage.Blocks;
using Fast.Gateway.Storage.Sqlite;

namespace Fast.Gateway.Storage;

/// <summary>
/// The tables of the store, as the steps that made them: the first makes version 1 of nothing, and so on. A step that was released is never
/// changed again. The version stands in the file's <c>user_version</c>.
/// </summary>
internal static class StoreSchema
{
    /// <summary>
    /// <c>budget</c>: a row for each window of each budget; <c>window</c> is its start in Unix milliseconds and <c>leased</c> how far the
    /// process that wrote it may go. <c>exchange</c>: a row for each exchange. <c>pulse</c>: when writing last succeeded after it had failed.
    /// </summary>
    private const string First = """
        CREATE TABLE budget (
            account TEXT NOT NULL, budget TEXT NOT NULL, window INTEGER NOT NULL,
            settled INTEGER NOT NULL, leased INTEGER NOT NULL, forfeited INTEGER NOT NULL, opened_at INTEGER NOT NULL,
            PRIMARY KEY (account, budget, window));
        CREATE INDEX budget_window ON budget (budget, window, opened_at);
        CREATE TABLE exchange (
            id BLOB NOT NULL, ended_at INTEGER NOT NULL,
            organisation TEXT, team TEXT, key TEXT, run TEXT,
            endpoint TEXT, model TEXT, provider TEXT, upstream_model TEXT, attempts INTEGER NOT NULL,
            input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, cache_write_hour INTEGER NOT NULL,
            audio_input INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL, audio_output INTEGER NOT NULL,
            cost INTEGER NOT NULL, estimated INTEGER NOT NULL, priced INTEGER NOT NULL,
            status INTEGER NOT NULL, decision TEXT, own_us INTEGER NOT NULL, whole_us INTEGER NOT NULL);
        CREATE UNIQUE INDEX exchange_ended_at ON exchange (ended_at, id);
        CREATE INDEX exchange_run ON exchange (run) WHERE run IS NOT NULL;
        CREATE TABLE pulse (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
        """;

    /// <summary>
    /// <c>block</c>: the exchanges that one commit brought, up to <see cref="BlockEncoder.RecordsMax"/>; <c>first</c> and <c>last</c> are the earliest
    /// and the latest end among them, in Unix milliseconds.
    /// </summary>
    private const string Second = """
        CREATE TABLE block (
            id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, records INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE INDEX block_last ON block (last);
        """;

    /// <summary>
    /// <c>run</c>: a row for each run; <c>parent</c> is a name among the runs of the same key. It begins empty: what else the store has of a run
    /// does not say whose child it is.
    /// </summary>
    private const string Third = """
        CREATE TABLE run (
            account TEXT NOT NULL PRIMARY KEY, parent TEXT, begun_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL,
            requests INTEGER NOT NULL, tool_calls INTEGER NOT NULL, tokens INTEGER NOT NULL, cost INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX run_begun_at ON run (begun_at);
        """;

    /// <summary><c>repeats</c>: how often a run made its most frequent calls (<see cref="Fast.Proxy.Policies.Runs.RunState.SaveRepeats"/>).</summary>
    private const string Fourth = "ALTER TABLE run ADD COLUMN repeats BLOB";

    private static readonly SchemaStep[] s_steps = [new(First), new(Second, RowsToBlocks.Move, "DROP TABLE exchange"), new(Third), new(Fourth)];

    /// <summary>All of them.</summary>
    internal static ReadOnlySpan<SchemaStep> Steps => s_steps;

    /// <summary>The version that this program reads and writes.</summary>
    public static int Version => s_steps.Length;

    /// <summary>Brings a database to this program's version.</summary>
    /// <param name="database">To be written to; all steps happen, or none.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <exception cref="StoreException">A later program wrote it.</exception>
    public static void Migrate(SqliteDatabase database, string path) => Migrate(database, path, s_steps);

    /// <summary>
    /// Brings a database to the version that the steps lead to, in one transaction: whoever is killed on the way leaves the version that there was, which
    /// the program that wrote it can read.
    /// </summary>
    public static void Migrate(SqliteDatabase database, string path, ReadOnlySpan<SchemaStep> steps)
    {
        int version = (int)VersionOf(database, path, steps.Length);
        if (version == steps.Length)
            return;

        database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (SchemaStep step in steps[version..])
            {
                database.Execute(step.Sql);
                step.Move?.Invoke(database);
                database.Execute(step.After);
            }

            database.Execute($"PRAGMA user_version = {steps.Length}; COMMIT");
        }
        catch
        {
            if (database.InTransaction)
                database.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Makes sure that a database which is only read has this program's version.</summary>
    /// <exception cref="StoreException">It has another.</exception>
    public static void Require(SqliteDatabase database, string path)
    {
        if (VersionOf(database, path, Version) < Version)
            throw new StoreException($"{path}: an earlier version of Fast wrote this store; start the gateway once to bring it up to date.");
    }

    private static long VersionOf(SqliteDatabase database, string path, int most)
    {
        long version = database.Number("PRAGMA user_version");
        return version >= 0 && version <= most
            ? version
            : throw new StoreException($"{path}: a later version of Fast wrote this store (schema {version}; this one knows {most}).");
    }
}

using System;
using Fast.Gateway.Storage.Sqlite;

namespace Fast.Gateway.Storage;

/// <summary>What makes one version of the store of the one before.</summary>
/// <param name="Sql">Statements.</param>
/// <param name="Move">What has to happen behind them and cannot be said in SQL.</param>
/// <param name="After">Statements behind that.</param>
internal readonly record struct SchemaStep(string Sql, Action<SqliteDatabase>? Move = null, string After = "");

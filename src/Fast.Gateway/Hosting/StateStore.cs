using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Hosting;

/// <summary>Opens the store at start, or says why there is none.</summary>
internal static class StateStore
{
    /// <summary>Opens it.</summary>
    /// <param name="document">The configuration; null for the demo, which writes nothing down.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Where trouble is told later.</param>
    /// <param name="error">Where trouble is told now.</param>
    /// <param name="store">The store; null when nothing is to be written down.</param>
    /// <returns>False when Fast must not start: what was asked for cannot be kept.</returns>
    public static bool TryOpen(FastDocument? document, TimeProvider clock, ILogger log, TextWriter error, out SqliteLedger? store)
    {
        store = null;
        if (document?.State.Folder is not { } folder)
            return true;

        try
        {
            store = SqliteLedger.Open(folder, clock, log);
            return true;
        }
        catch (StoreException refused)
        {
            // Where nobody asked for it and nothing depends on it, a machine without a place to write is no reason not to serve.
            if (!document.State.IsWritten && !HasBudgets(document))
            {
                error.WriteLine($"note: {refused.Message}");
                error.WriteLine("note: nothing is written down of what is spent; set `state:` to a folder, or to off.");
                return true;
            }

            error.WriteLine($"fast: {refused.Message}");
            return false;
        }
    }

    /// <summary>Whether anything has to be written down, so that a budget outlives the process.</summary>
    public static bool HasBudgets(FastDocument document)
    {
        IEnumerable<AccountDocument> accounts =
        [
            .. document.Organisations.Select(static one => one.Account),
            .. document.Teams.Select(static one => one.Account),
            .. document.Keys.Select(static one => one.Account),
        ];
        return accounts.Any(static account => account.Budgets.Count > 0 || account.Run is { Budgets.Count: > 0 } or { Requests: not null } or { ToolCalls: not null });
    }
}

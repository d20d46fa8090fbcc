using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Policies.Runs;

/// <summary>
/// Lets an exchange into a run that is not in memory. The ledger is asked for it: what an earlier process wrote down, or what was forgotten
/// since, goes on as it stood, below the same parents. Only a run that the ledger does not know either is made anew.
/// </summary>
internal static class RunRecall
{
    /// <summary>How often it is tried to enter a run that is forgotten at that very moment.</summary>
    private const int TriesMax = 4;

    /// <summary>Enters the run that the exchange names.</summary>
    /// <param name="exchange">The exchange; the name of its run and that of the parent, if it has one, are good ones.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <returns>The run, entered with its parents; null when the exchange may not go on, and then it has its fault.</returns>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    public static async ValueTask<RunState?> EnterAsync(Exchange exchange, long now)
    {
        (byte[] id, byte[] parentId) = NamesOf(exchange);
        List<Recalled> line = [];
        for (int tries = 0; tries < TriesMax; tries++)
        {
            if (!exchange.Caller.Key!.Runs.TryFind(id, out RunState? run))
            {
                RunState? above = await ReadAsync(exchange, id, parentId, line);
                if (exchange.Fault != Fault.None || !TryMake(exchange, line, above, now, out run))
                    return null;
            }

            if (run is null)
                continue;
            if (!RunEntry.MayEnter(exchange, run, parentId, now))
                return null;
            if (RunEntry.TryEnterAll(run, now))
                return run;
        }

        exchange.Fail(Fault.RunsFull);
        return null;
    }

    private static (byte[] Id, byte[] ParentId) NamesOf(Exchange exchange)
    {
        Span<byte> scratch = stackalloc byte[RunTable.IdBytesMax];
        return (RunNames.Find(exchange, scratch).ToArray(), RunNames.FindParent(exchange).ToArray());
    }

    /// <summary>Reads what the ledger has of a run and of its parents, up to the first of them that is in memory.</summary>
    /// <returns>That one; null when none is.</returns>
    private static async ValueTask<RunState?> ReadAsync(Exchange exchange, byte[] id, byte[] parentId, List<Recalled> line)
    {
        KeySnapshot key = exchange.Caller.Key!;
        line.Clear();
        byte[] next = id;
        while (next.Length > 0 && line.Count <= RunTemplate.DepthMax)
        {
            if (line.Count > 0 && key.Runs.TryFind(next, out RunState? known))
                return known;

            RunLookup found = await exchange.Snapshot.Ledger.FindRunAsync(key.Runs.PathOf(Encoding.ASCII.GetString(next)));
            if (!found.IsRead && key.Run.IsBounded)
            {
                exchange.Fail(Fault.LedgerUnavailable);
                return null;
            }

            line.Add(new Recalled(next, found.Run));
            next = found.Run is { } stored ? Encoding.ASCII.GetBytes(stored.Parent ?? "") : line.Count == 1 ? parentId : [];
        }

        return null;
    }

    /// <summary>Makes the runs that were read, the topmost first.</summary>
    /// <returns>False when the exchange may not go on. Without a run it may be tried again: one of the parents was forgotten meanwhile.</returns>
    private static bool TryMake(Exchange exchange, List<Recalled> line, RunState? above, long now, out RunState? run)
    {
        KeySnapshot key = exchange.Caller.Key!;
        run = above;
        for (int i = line.Count - 1; i >= 0; i--)
        {
            RunState? parent = run;
            (byte[] id, StoredRun? stored) = line[i];
            if (stored is null && !MayHaveChild(exchange, key.Run, parent))
                return false;

            run = key.Runs.Make(
                id, parent, key.Run, exchange.Snapshot.Runs, now, stored, mayLose: !exchange.Snapshot.Ledger.IsHealthy);
            if (run is null)
                return parent is { IsForgotten: true } || exchange.Fail(Fault.RunsFull);
        }

        return true;
    }

    private static bool MayHaveChild(Exchange exchange, RunTemplate template, RunState? parent)
    {
        int depth = parent is null ? 1 : parent.Depth + 1;
        if (depth <= RunTemplate.DepthMax && (template.Depth == 0 || depth <= template.Depth))
            return true;

        string most = AmountText.Of(depth - 1, Budgets.BudgetUnit.Requests);
        string words = depth > 2 ? "levels of runs, the first included" : "level of runs, so a run may have no child";
        return exchange.Refuse(Fault.RunLimitExceeded, Refusal.OfRun(parent!.Account.Path, "generations", most, "depth", words));
    }

    /// <summary>A run that is not in memory.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Stored">What the ledger has of it; null when it does not know it.</param>
    private readonly record struct Recalled(byte[] Id, StoredRun? Stored);
}

using System;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies.Runs;

/// <summary>Lets an exchange into its run, which is made when its name is first used.</summary>
internal static class RunEntry
{
    /// <summary>How often it is tried to enter a run that is forgotten at that very moment.</summary>
    private const int TriesMax = 4;

    /// <summary>Enters the run.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="run">The run, entered with its parents; null when the exchange names none.</param>
    /// <returns>False when the exchange may not go on; it then has its fault, and nothing is entered.</returns>
    public static bool TryEnter(Exchange exchange, long now, out RunState? run)
    {
        run = null;
        KeySnapshot key = exchange.Caller.Key!;
        Span<byte> scratch = stackalloc byte[RunTable.IdBytesMax];
        ReadOnlySpan<byte> id = RunNames.Find(exchange, scratch);
        if (id.IsEmpty)
            return !key.Run.Required || exchange.Fail(Fault.RunRequired);
        if (!RunNames.IsName(id))
            return exchange.Fail(Fault.RunNameInvalid);

        exchange.Head.TryFind("x-fast-parent-run"u8, out ReadOnlySpan<byte> parentId);
        if (!parentId.IsEmpty && !RunNames.IsName(parentId))
            return exchange.Fail(Fault.RunNameInvalid);

        for (int tries = 0; tries < TriesMax; tries++)
        {
            if (!TryFind(exchange, key, id, parentId, now, out RunState? found))
                return false;
            if (!MayGoOn(exchange, key.Run, found!, now))
                return false;
            if (!TryEnterAll(found!, now))
                continue;

            run = found;
            return true;
        }

        return exchange.Fail(Fault.RunsFull);
    }

    private static bool TryFind(
        Exchange exchange, KeySnapshot key, ReadOnlySpan<byte> id, ReadOnlySpan<byte> parentId, long now, out RunState? run)
    {
        if (key.Runs.TryFind(id, out run))
            return parentId.IsEmpty || IsParent(run, parentId) || exchange.Fail(Fault.RunParentInvalid);
        if (id.SequenceEqual(parentId))
            return exchange.Fail(Fault.RunParentInvalid);

        RunState? parent = null;
        if (!parentId.IsEmpty && !key.Runs.TryFind(parentId, out parent))
        {
            parent = key.Runs.Make(parentId, null, key.Run, exchange.Snapshot.Runs, now);
            if (parent is null)
                return exchange.Fail(Fault.RunsFull);
        }

        int depth = parent is null ? 1 : parent.Depth + 1;
        if (depth > RunTemplate.DepthMax || (key.Run.Depth > 0 && depth > key.Run.Depth))
        {
            string most = AmountText.Of(depth - 1, Budgets.BudgetUnit.Requests);
            return exchange.Refuse(Fault.RunLimitExceeded, Refusal.OfRun(parent!.Account.Path, "generations", most, "depth"));
        }

        run = key.Runs.Make(id, parent, key.Run, exchange.Snapshot.Runs, now);
        return run is not null || exchange.Fail(Fault.RunsFull);
    }

    /// <summary>Whether a run's parent is the one that is named: a run that could change its parent could leave its bill to another.</summary>
    private static bool IsParent(RunState run, ReadOnlySpan<byte> parentId) =>
        run.Parent is { } parent && System.Text.Ascii.Equals(parentId, parent.Id);

    private static bool MayGoOn(Exchange exchange, RunTemplate template, RunState run, long now)
    {
        for (RunState? one = run; template.DurationMs > 0 && one is not null; one = one.Parent)
        {
            if (now - one.BegunAt < template.DurationMs)
                continue;

            string most = AmountText.Of(template.DurationMs / 1000, Budgets.BudgetUnit.Requests);
            return exchange.Refuse(Fault.RunLimitExceeded, Refusal.OfRun(one.Account.Path, "seconds", most, "duration"));
        }

        return true;
    }

    private static bool TryEnterAll(RunState run, long now)
    {
        for (RunState? one = run; one is not null; one = one.Parent)
        {
            if (one.TryEnter(now))
                continue;

            for (RunState? entered = run; entered != one; entered = entered!.Parent)
                entered!.Leave(default);
            return false;
        }

        return true;
    }
}

using System;
using System.Text;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Policies.Runs;

/// <summary>Lets an exchange into its run, if that is in memory.</summary>
internal static class RunEntry
{
    /// <summary>Enters the run.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="run">The run, entered with its parents; null when the exchange names none, or is not let in.</param>
    public static RunEntrance TryEnter(Exchange exchange, long now, out RunState? run)
    {
        run = null;
        KeySnapshot key = exchange.Caller.Key!;
        Span<byte> scratch = stackalloc byte[RunTable.IdBytesMax];
        ReadOnlySpan<byte> id = RunNames.Find(exchange, scratch);
        ReadOnlySpan<byte> parentId = RunNames.FindParent(exchange);

        // A child without a name of its own would count on nobody.
        if (id.IsEmpty && (key.Run.Required || !parentId.IsEmpty))
            return Refused(exchange, key.Run.Required ? Fault.RunRequired : Fault.RunParentInvalid);
        if (id.IsEmpty)
            return RunEntrance.Open;
        if (!RunNames.IsName(id) || (!parentId.IsEmpty && !RunNames.IsName(parentId)))
            return Refused(exchange, Fault.RunNameInvalid);
        if (id.SequenceEqual(parentId))
            return Refused(exchange, Fault.RunParentInvalid);
        if (!key.Runs.TryFind(id, out RunState? found))
            return RunEntrance.Unknown;
        if (!MayEnter(exchange, found, parentId, now))
            return RunEntrance.Refused;
        if (!TryEnterAll(found, now))
            return RunEntrance.Unknown;

        run = found;
        return RunEntrance.Open;
    }

    /// <summary>Whether an exchange may go on in a run: its parent is the one that is named, and its time is not over.</summary>
    public static bool MayEnter(Exchange exchange, RunState run, ReadOnlySpan<byte> parentId, long now)
    {
        if (!parentId.IsEmpty && !IsParent(run, parentId))
            return exchange.Fail(Fault.RunParentInvalid);

        RunTemplate template = exchange.Caller.Key!.Run;
        for (RunState? one = run; template.DurationMs > 0 && one is not null; one = one.Parent)
        {
            if (now - one.BegunAt < template.DurationMs)
                continue;

            string most = AmountText.Of(template.DurationMs / 1000, Budgets.BudgetUnit.Requests);
            return exchange.Refuse(Fault.RunLimitExceeded, Refusal.OfRun(one.Account.Path, "seconds", most, "duration"));
        }

        return true;
    }

    /// <summary>Enters a run and its parents.</summary>
    /// <returns>False when one of them was forgotten at this very moment; then none is entered.</returns>
    public static bool TryEnterAll(RunState run, long now)
    {
        for (RunState? one = run; one is not null; one = one.Parent)
        {
            if (one.TryEnter(now))
                continue;

            for (RunState? entered = run; entered != one; entered = entered!.Parent)
                entered!.Leave();
            return false;
        }

        return true;
    }

    /// <summary>Whether a run's parent is the one that is named: a run that could change its parent could leave its bill to another.</summary>
    private static bool IsParent(RunState run, ReadOnlySpan<byte> parentId) => run.Parent is { } parent && Ascii.Equals(parentId, parent.Id);

    private static RunEntrance Refused(Exchange exchange, Fault fault)
    {
        exchange.Fail(fault);
        return RunEntrance.Refused;
    }
}

/// <summary>Whether an exchange is in its run.</summary>
internal enum RunEntrance : byte
{
    /// <summary>It is, or it has none.</summary>
    Open,

    /// <summary>It may not be, and has its fault.</summary>
    Refused,

    /// <summary>Its run is not in memory.</summary>
    Unknown,
}

namespace Fast.Proxy.Accounting.Ledger;

/// <summary>What the ledger has of a run.</summary>
/// <param name="Parent">Name of the run that it is a part of; null when it is nobody's child.</param>
/// <param name="BegunAt">When it was first used, in Unix milliseconds.</param>
/// <param name="LastUsedAt">When it was last used, as far as that was written down.</param>
/// <param name="Requests">Exchanges that have ended.</param>
/// <param name="ToolCalls">Calls of tools in their answers.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Cost">What they cost, in nano-dollars.</param>
public sealed record StoredRun(string? Parent, long BegunAt, long LastUsedAt, long Requests, long ToolCalls, long Tokens, long Cost)
{
    /// <summary>How often it made which call, as <see cref="Policies.Runs.RunState.SaveRepeats"/> wrote it; null when nobody wanted to know.</summary>
    public byte[]? Repeats { get; init; }
}

/// <summary>What came of looking for a run.</summary>
/// <param name="IsRead">Whether the ledger could be read.</param>
/// <param name="Run">The run; null when the ledger does not know it.</param>
public readonly record struct RunLookup(bool IsRead, StoredRun? Run);

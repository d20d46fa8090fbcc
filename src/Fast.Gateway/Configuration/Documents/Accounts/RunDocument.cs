using System;
using System.Collections.Generic;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>What one run of an agent may use up.</summary>
public sealed record RunDocument
{
    /// <summary>Whether an exchange that names no run is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The budgets of a run's whole life, in file order: at most 8, each unit once. Empty means no ceiling of its own.</summary>
    public IReadOnlyList<BudgetSpec> Budgets { get; init; } = [];

    /// <summary>How many exchanges; null for any number.</summary>
    public long? Requests { get; init; }

    /// <summary>How many calls of tools; null for any number.</summary>
    public long? ToolCalls { get; init; }

    /// <summary>How long after its first exchange a run ends: 1 second to 365 days; null for never.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How many levels of runs there may be, the first included: 1 to 32, where 1 allows no children; null for 32.</summary>
    public int? Depth { get; init; }

    /// <summary>How many exchanges at once: 1 to 1,000,000; null for any number.</summary>
    public int? Parallel { get; init; }

    /// <summary>How often the same call of a tool may be repeated; null for any number.</summary>
    public RepeatsDocument? Repeats { get; init; }
}

/// <summary>How often the same call of a tool, with the same arguments, may be made in a run.</summary>
/// <param name="Count">How often: 1 to 1,000,000.</param>
/// <param name="Mode">What comes of more.</param>
public sealed record RepeatsDocument(int Count, RepeatsMode Mode);

/// <summary>What comes of a call of a tool that was repeated too often.</summary>
public enum RepeatsMode
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>It passes, with a warning.</summary>
    Warn,
}

/// <summary>The modes as they are written.</summary>
public static class RepeatsModeNames
{
    private static readonly string[] s_names = ["refuse", "warn"];

    /// <summary>Every name, in the order of <see cref="RepeatsMode"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out RepeatsMode mode)
    {
        int at = Array.IndexOf(s_names, name);
        mode = (RepeatsMode)Math.Max(at, 0);
        return at >= 0;
    }
}

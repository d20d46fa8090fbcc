using System.Collections.Generic;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Proxy.Policies.Runs;

/// <summary>What every run of a key may use up: a run is made of it when its name is first used.</summary>
public sealed record RunTemplate
{
    /// <summary>What holds when the operator says nothing: runs are counted and nothing of them is limited.</summary>
    public static RunTemplate Default { get; } = new();

    /// <summary>Whether an exchange without a run is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Its budgets, those for requests and tool calls included; all of one window for ever.</summary>
    public IReadOnlyList<BudgetSpec> Budgets { get; init; } = [];

    /// <summary>How long a run may last, from its first exchange on, in milliseconds; 0 for ever.</summary>
    public long DurationMs { get; init; }

    /// <summary>How many generations of runs there may be, the first included; 0 for any number up to <see cref="DepthMax"/>.</summary>
    public int Depth { get; init; }

    /// <summary>How many of a run's exchanges may be under way at once; 0 for any number.</summary>
    public int Parallel { get; init; }

    /// <summary>How often the same tool may be called with the same arguments; 0 for any number.</summary>
    public int Repeats { get; init; }

    /// <summary>Whether one call too many is only told, not refused.</summary>
    public bool RepeatsWarn { get; init; }

    /// <summary>Whether something bounds a run for all its life, so that what it has used up has to be known before it may go on.</summary>
    public bool IsBounded => Budgets.Count > 0 || DurationMs > 0 || (Repeats > 0 && !RepeatsWarn);

    /// <summary>Most generations, whatever the operator says.</summary>
    public const int DepthMax = 32;
}

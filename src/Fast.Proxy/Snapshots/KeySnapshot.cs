using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;

namespace Fast.Proxy.Snapshots;

/// <summary>A key's policy, compiled: its own, and that of its team and organisation.</summary>
/// <param name="Name">The operator's name for the key; never the key itself.</param>
/// <param name="Models">Which models it may ask for.</param>
/// <param name="ModelList">The body of <c>GET /v1/models</c> for this key.</param>
public sealed record KeySnapshot(string Name, ModelRule Models, byte[] ModelList)
{
    /// <summary>The accounts that its exchanges count on, the organisation first and the key itself last.</summary>
    public AccountState[] Accounts { get; init; } = [];

    /// <summary>Which tools it may use; null when no list says so.</summary>
    public ToolRules? Tools { get; init; }

    /// <summary>What its runs may use up.</summary>
    public RunTemplate Run { get; init; } = RunTemplate.Default;

    /// <summary>Its runs; they survive a reload.</summary>
    public RunTable Runs { get; init; } = new(Name);

    /// <summary>How long its answers are; it survives a reload.</summary>
    public KeyState State { get; init; } = new();

    /// <summary>Name of its team.</summary>
    public string? Team { get; init; }

    /// <summary>Name of its organisation.</summary>
    public string? Organisation { get; init; }

    /// <summary>Whether it, its team or its organisation is switched off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>From when on it is not valid any more, in Unix milliseconds.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>Whether a model without a price may be used although money is limited.</summary>
    public bool AllowsUnpriced { get; init; }
}

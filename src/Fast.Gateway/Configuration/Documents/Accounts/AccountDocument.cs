using System;
using System.Collections.Generic;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>What an organisation, a team or a key may use up, ask for and call: the same members stand on each of them.</summary>
public sealed record AccountDocument
{
    /// <summary>An account without any rule.</summary>
    public static AccountDocument Open { get; } = new();

    /// <summary>The budgets, in file order: at most 8, no two of the same unit and period. Empty means no ceiling.</summary>
    public IReadOnlyList<BudgetSpec> Budgets { get; init; } = [];

    /// <summary>The rates; null means none.</summary>
    public LimitsDocument? Limits { get; init; }

    /// <summary>
    /// The models it may use: exact names, <c>provider/*</c>, <c>prefix*</c> or <c>*</c>, where a <c>*</c> stands only at the end and
    /// each matched something when the configuration was read. Null means all; never empty.
    /// </summary>
    public IReadOnlyList<Located<string>>? Models { get; init; }

    /// <summary>The rules for tools; null means none.</summary>
    public ToolsDocument? Tools { get; init; }

    /// <summary>What a run may use up; null means that nothing holds for runs but what holds for the account.</summary>
    public RunDocument? Run { get; init; }

    /// <summary>From when on the account is refused, in UTC; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether everything is refused.</summary>
    public bool Disabled { get; init; }

    /// <summary>
    /// Whether models without a price may be used although a budget of this account is in USD, which then does not count them.
    /// </summary>
    public bool AllowsUnpriced { get; init; }

    /// <summary>What the operator noted, in file order: at most 64, names unique. Not secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}

using System.Collections.Generic;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Policies.Runs;
using Fast.Wire.Text;

namespace Fast.Proxy.Snapshots;

/// <summary>
/// The whole configuration, compiled and immutable. An exchange takes the current one at its head and keeps it to its end,
/// whatever is reloaded meanwhile.
/// </summary>
public sealed class Snapshot
{
    /// <summary>Every configured provider, in the operator's order.</summary>
    public required IReadOnlyList<ProviderSnapshot> Providers { get; init; }

    /// <summary>The same providers by name.</summary>
    public required NameTable<ProviderSnapshot> ProvidersByName { get; init; }

    /// <summary>The names under <c>models:</c>.</summary>
    public required NameTable<ModelSnapshot> Models { get; init; }

    /// <summary>The keys that callers may present. Empty: loopback callers only, without a key.</summary>
    public required KeyTable Keys { get; init; }

    /// <summary>The operator's own key; null when there is none.</summary>
    public AdminKey? AdminKey { get; init; }

    /// <summary>What a caller without a key may do when there are no keys.</summary>
    public required KeySnapshot Keyless { get; init; }

    /// <summary>The patience that applies where a model does not bring its own.</summary>
    public required TimeoutsSnapshot Timeouts { get; init; }

    /// <summary>Where exchanges and budgets are kept.</summary>
    public ILedger Ledger { get; init; } = NoLedger.Instance;

    /// <summary>The models that are asked for as <c>provider/model</c>.</summary>
    public DirectModels DirectModels { get; init; } = new(PriceTable.Empty);

    /// <summary>The header fields that name a run, in lower case; the first that is there counts.</summary>
    public byte[][] RunHeaders { get; init; } = [];

    /// <summary>How many runs are kept.</summary>
    public RunBounds Runs { get; init; } = RunBounds.Default;

    /// <summary>Unix time of the compilation in seconds: what <c>created</c> says in the model list.</summary>
    public required long CreatedAt { get; init; }
}

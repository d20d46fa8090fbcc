using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>What the operator wrote under <c>prices</c>.</summary>
/// <param name="Entries">Prices written in the file itself, each at the place of its name.</param>
/// <param name="Imported">Prices of the list that <c>litellm_file</c> names; empty when none is named.</param>
/// <param name="Notices">What an operator should know of that list, though it is no mistake of his.</param>
public sealed record PricesDocument(IReadOnlyList<Located<PriceEntry>> Entries, IReadOnlyList<PriceEntry> Imported, IReadOnlyList<string> Notices)
{
    /// <summary>What holds when the file says nothing.</summary>
    public static PricesDocument Empty { get; } = new([], [], []);

    /// <summary>The file's own prices over the imported ones over a table.</summary>
    public PriceTable Over(PriceTable table) => new([.. Entries.Select(entry => entry.Value)], new PriceTable(Imported, table));

    /// <summary>The file's own prices over the imported ones over those that Fast carries.</summary>
    public PriceTable OverBuiltIn() => Over(BuiltInPrices.Table);
}

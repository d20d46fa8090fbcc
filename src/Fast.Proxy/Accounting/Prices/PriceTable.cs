using System;
using System.Collections.Generic;

namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// What models cost: a list of its own over another table, which is asked for what the list does not name. Immutable; for when a
/// configuration is compiled and when a model is first seen, not for every exchange.
/// </summary>
public sealed class PriceTable
{
    private readonly Dictionary<string, ModelPrice> _named = new(StringComparer.Ordinal);
    private readonly List<PriceEntry> _patterns = [];
    private readonly PriceTable? _below;

    /// <summary>Lays a list over a table.</summary>
    /// <param name="entries">The list; of two entries with the same name the later one holds.</param>
    /// <param name="below">The table below; null for none.</param>
    public PriceTable(IReadOnlyList<PriceEntry> entries, PriceTable? below = null)
    {
        _below = below;
        foreach (PriceEntry entry in entries)
        {
            if (entry.Name.EndsWith('*'))
                _patterns.Add(new PriceEntry(entry.Name[..^1], entry.Price));
            else
                _named[entry.Name] = entry.Price;
        }

        _patterns.Sort(static (one, other) => Rank(other).CompareTo(Rank(one)));
    }

    /// <summary>The table that knows no price.</summary>
    public static PriceTable Empty { get; } = new([]);

    /// <summary>Finds what a model costs at a provider.</summary>
    /// <remarks>
    /// Names go before patterns, whatever table they stand in: a pattern is the price of what has no other. Within names, an upper
    /// table goes before a lower one, a model's whole name before one without its prefix or date, and <c>provider/model</c> before
    /// the model alone. A price that does not say how much its model takes leaves that to the table below.
    /// </remarks>
    /// <param name="provider">The provider's name in the configuration.</param>
    /// <param name="model">The model's name as the provider is asked for it.</param>
    /// <returns>Null when nobody says.</returns>
    public ModelPrice? Find(string provider, string model)
    {
        List<string> names = PricedNames.Of(provider, model);
        return FindNamed(provider, names) ?? FindPattern(provider, names);
    }

    /// <summary>
    /// The models of a provider that have a price under their whole name, by name, as <see cref="Find"/> would price them.
    /// <see cref="PriceEntry.Name"/> is the model's alone.
    /// </summary>
    public IReadOnlyList<PriceEntry> Of(string provider)
    {
        SortedSet<string> models = new(StringComparer.Ordinal);
        for (PriceTable? table = this; table is not null; table = table._below)
        {
            foreach (string name in table._named.Keys)
            {
                if (name.Length > provider.Length + 1 && name[provider.Length] == '/' && name.StartsWith(provider, StringComparison.Ordinal))
                    models.Add(name[(provider.Length + 1)..]);
            }
        }

        List<PriceEntry> priced = new(models.Count);
        foreach (string model in models)
            priced.Add(new PriceEntry(model, Find(provider, model)!));
        return priced;
    }

    private ModelPrice? FindNamed(string provider, List<string> names)
    {
        ModelPrice? below = _below?.FindNamed(provider, names);
        foreach (string name in names)
        {
            // A model's own slash would make it look like another provider's: openrouter's openai/gpt-5 is not openai's gpt-5.
            if (_named.TryGetValue(provider + "/" + name, out ModelPrice? price)
                || (!name.Contains('/', StringComparison.Ordinal) && _named.TryGetValue(name, out price)))
            {
                return below is null ? price : price.KnowingWhat(below);
            }
        }

        return below;
    }

    private ModelPrice? FindPattern(string provider, List<string> names)
    {
        foreach (PriceEntry pattern in _patterns)
        {
            bool qualified = pattern.Name.Contains('/', StringComparison.Ordinal);
            foreach (string name in names)
            {
                if ((qualified ? provider + "/" + name : name).StartsWith(pattern.Name, StringComparison.Ordinal))
                    return pattern.Price;
            }
        }

        return _below?.FindPattern(provider, names);
    }

    // Those that name a provider first, the longest of each first.
    private static int Rank(PriceEntry pattern) =>
        pattern.Name.Contains('/', StringComparison.Ordinal) ? pattern.Name.Length + (int.MaxValue / 2) : pattern.Name.Length;
}

using System;
using System.Collections.Concurrent;
using System.Text;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Text;

namespace Fast.Proxy.Accounting.Metering;

/// <summary>
/// The models that callers ask for as <c>provider/model</c>, which no configuration names: their prices and what was learned of them, found by
/// the bytes of the name.
/// </summary>
/// <param name="prices">What models cost.</param>
public sealed class DirectModels(PriceTable prices)
{
    /// <summary>Most names that are kept: callers choose them. Those beyond are looked up each time.</summary>
    private const int NamesMax = 4096;

    private readonly ConcurrentDictionary<byte[], DirectModel> _known = new(ByteNameComparer.Instance);

    /// <summary>Finds a model, or makes it known.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="name">The whole name, <c>provider/model</c>.</param>
    internal DirectModel Get(string provider, ReadOnlySpan<byte> name)
    {
        if (_known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out DirectModel? known))
            return known;

        string model = ModelOf(name);
        DirectModel found = new(prices.Find(provider, model), new ModelState(provider, model));
        return _known.Count >= NamesMax ? found : _known.GetOrAdd(name.ToArray(), found);
    }

    /// <summary>Whether a model has a price, without making it known.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="name">The whole name, <c>provider/model</c>.</param>
    internal bool HasPrice(string provider, ReadOnlySpan<byte> name) => prices.Find(provider, ModelOf(name)) is not null;

    private static string ModelOf(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[(name.IndexOf((byte)'/') + 1)..]);
}

/// <summary>A model that is asked for as <c>provider/model</c>.</summary>
/// <param name="Price">What it costs; null when nobody knows.</param>
/// <param name="State">What was learned of it.</param>
internal sealed record DirectModel(ModelPrice? Price, ModelState State);

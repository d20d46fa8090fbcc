using System.Text;
using System.Text.Json;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Proxy.Snapshots;

/// <summary>One place a model can be served from: a provider and that provider's name for the model.</summary>
/// <param name="provider">The provider.</param>
/// <param name="model">Its name for the model.</param>
public sealed class TargetSnapshot(ProviderSnapshot provider, string model)
{
    /// <summary>The provider.</summary>
    public ProviderSnapshot Provider { get; } = provider;

    /// <summary>What it costs; null when nobody knows.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>What was learned of it; it survives a reload.</summary>
    public ModelState State { get; init; } = new(provider.Name, model);

    /// <summary>The provider's name for the model, as it stands in a form.</summary>
    public byte[] Model { get; } = Encoding.UTF8.GetBytes(model);

    /// <summary>The same, escaped, as it stands between the quotes of a JSON string.</summary>
    public byte[] ModelEscaped { get; } = JsonEncodedText.Encode(model).EncodedUtf8Bytes.ToArray();
}

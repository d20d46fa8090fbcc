using System.Text;
using System.Text.Json;

namespace Fast.Proxy.Snapshots;

/// <summary>One place a model can be served from: a provider and that provider's name for the model.</summary>
/// <param name="provider">The provider.</param>
/// <param name="model">Its name for the model.</param>
public sealed class TargetSnapshot(ProviderSnapshot provider, string model)
{
    /// <summary>The provider.</summary>
    public ProviderSnapshot Provider { get; } = provider;

    /// <summary>The provider's name for the model, as it stands in a form.</summary>
    public byte[] Model { get; } = Encoding.UTF8.GetBytes(model);

    /// <summary>The same, escaped, as it stands between the quotes of a JSON string.</summary>
    public byte[] ModelEscaped { get; } = JsonEncodedText.Encode(model).EncodedUtf8Bytes.ToArray();
}

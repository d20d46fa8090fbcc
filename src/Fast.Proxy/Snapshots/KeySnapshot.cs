using Fast.Proxy.Policies;

namespace Fast.Proxy.Snapshots;

/// <summary>A key's policy, compiled.</summary>
/// <param name="Name">The operator's name for the key; never the key itself.</param>
/// <param name="Models">Which models it may ask for.</param>
/// <param name="ModelList">The body of <c>GET /v1/models</c> for this key.</param>
public sealed record KeySnapshot(string Name, ModelRule Models, byte[] ModelList);

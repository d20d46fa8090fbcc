using System.Collections.Generic;
using Fast.Proxy.Dialects;

namespace Fast.Proxy.Providers;

/// <summary>One provider that Fast knows by name, so that an operator need give only its key.</summary>
/// <param name="Name">The name in the configuration file and before the slash of <c>provider/model</c>.</param>
/// <param name="BaseUrl">What the vendor's own SDK takes, without a trailing slash; null when only the operator knows it.</param>
/// <param name="Dialect">The wire format spoken below that base URL.</param>
/// <param name="Credential">The header that carries the key.</param>
/// <param name="Variables">Environment variables that usually hold the key, the preferred one first.</param>
/// <param name="KeyOptional">Whether the provider usually runs without a key: the local servers.</param>
public sealed record ProviderRow(
    string Name,
    string? BaseUrl,
    Dialect Dialect,
    CredentialStyle Credential,
    IReadOnlyList<string> Variables,
    bool KeyOptional = false);

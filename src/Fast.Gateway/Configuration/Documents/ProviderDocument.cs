using System.Collections.Generic;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>One provider: where it is, what it speaks and how Fast proves itself to it.</summary>
public sealed record ProviderDocument
{
    /// <summary>The name before the slash of <c>provider/model</c>: at most 64 lower-case letters, digits, <c>_</c>, <c>-</c>.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>The wire format; always one that this version speaks.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>An absolute http or https URL without trailing slash, query, fragment or user name.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The key; null exactly when <see cref="Credential"/> is <see cref="CredentialStyle.None"/>.</summary>
    public required Secret? ApiKey { get; init; }

    /// <summary>The header that carries the key.</summary>
    public required CredentialStyle Credential { get; init; }

    /// <summary>Extra headers of every request, in file order; names are unique without regard to case.</summary>
    public required IReadOnlyList<HeaderDocument> Headers { get; init; }

    /// <summary>Whether it takes <c>stream_options.include_usage</c>. One that does not is metered by what it streams.</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary>How the project is set to be served where requests do not say; none when the file does not say either.</summary>
    public ServiceTiers ServiceTier { get; init; }

    /// <summary>
    /// How many output tokens are counted on top when a stream is cancelled, because the provider goes on for a moment. 0 to 10,000.
    /// </summary>
    public int CancelMargin { get; init; } = 32;
}

/// <summary>A header that Fast adds to every request to a provider.</summary>
/// <param name="Name">A header name that is not about framing, the connection or credentials.</param>
/// <param name="Value">Printable ASCII; a secret, because such headers often carry one.</param>
public sealed record HeaderDocument(string Name, Secret Value);

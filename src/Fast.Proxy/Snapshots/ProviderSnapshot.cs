using System;
using System.Collections.Generic;
using System.Net.Http;

namespace Fast.Proxy.Snapshots;

/// <summary>One provider: where it is and what every request to it carries.</summary>
public sealed class ProviderSnapshot
{
    /// <summary>The operator's name for it, as in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The base address, without a trailing slash.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The address of each carried endpoint, by <see cref="Dialects.Endpoint.Index"/>.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>Headers that go with every request: the credential and what the operator added.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The pooled way there. It survives a reload that does not change the provider's transport.</summary>
    public required HttpMessageInvoker Invoker { get; init; }

    /// <summary>HTTP version asked for: 2.0 or lower over TLS, 1.1 in plain text.</summary>
    public required Version HttpVersion { get; init; }
}

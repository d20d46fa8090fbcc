using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Prices;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>A whole configuration as the operator wrote it: checked, with defaults filled in, not yet compiled.</summary>
public sealed record FastDocument
{
    /// <summary>The file it was read from, as the operator named it; null when it came from the environment.</summary>
    public required string? Path { get; init; }

    /// <summary>Where to listen; at least one, all different.</summary>
    public required IReadOnlyList<ListenDocument> Listen { get; init; }

    /// <summary>The certificate of the TCP listeners; null means plain HTTP.</summary>
    public required TlsDocument? Tls { get; init; }

    /// <summary>The providers, in file order; names are unique.</summary>
    public required IReadOnlyList<ProviderDocument> Providers { get; init; }

    /// <summary>The named models, in file order; names are unique.</summary>
    public required IReadOnlyList<ModelDocument> Models { get; init; }

    /// <summary>The organisations, in file order; names are unique.</summary>
    public required IReadOnlyList<OrganisationDocument> Organisations { get; init; }

    /// <summary>The teams, in file order; names are unique.</summary>
    public required IReadOnlyList<TeamDocument> Teams { get; init; }

    /// <summary>The callers' keys, in file order. Empty means that only loopback callers are accepted, without a key.</summary>
    public required IReadOnlyList<KeyDocument> Keys { get; init; }

    /// <summary>SHA-256 of the operator's own key, 32 bytes; null when there is none. It is none of <see cref="Keys"/>.</summary>
    public byte[]? AdminKeySha256 { get; init; }

    /// <summary>How runs are named and remembered.</summary>
    public required RunsDocument Runs { get; init; }

    /// <summary>What models cost, over what Fast knows by itself.</summary>
    public required PricesDocument Prices { get; init; }

    /// <summary>Where what was used up is written down.</summary>
    public required StateDocument State { get; init; }

    /// <summary>What holds for exchanges that name no model of <see cref="Models"/>, and the default of those that do.</summary>
    public required RoutingDocument Routing { get; init; }

    /// <summary>Limits of the front door.</summary>
    public required ServerDocument Server { get; init; }
}

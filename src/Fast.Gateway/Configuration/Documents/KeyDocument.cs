using Fast.Gateway.Configuration.Documents.Accounts;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>A caller's key. Either the key itself was written or only its hash; what is compared is always the hash.</summary>
public sealed record KeyDocument
{
    /// <summary>The name of the key in logs and refusals; unique.</summary>
    public required Located<string> Name { get; init; }

    /// <summary>The key itself; null when the file gives only <c>key_sha256</c>.</summary>
    public required Secret? Key { get; init; }

    /// <summary>SHA-256 of the key's bytes, 32 bytes: as written, or computed from <see cref="Key"/>. Unique.</summary>
    public required byte[] KeySha256 { get; init; }

    /// <summary>The name of the team it belongs to, which is declared; null for none.</summary>
    public required Located<string>? Team { get; init; }

    /// <summary>
    /// The name of the organisation it belongs to directly, which is declared; null for none, and always when it has a <see cref="Team"/>.
    /// </summary>
    public required Located<string>? Organisation { get; init; }

    /// <summary>What the key itself may use up, ask for and call.</summary>
    public required AccountDocument Account { get; init; }
}

using System.Collections.Generic;

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

    /// <summary>
    /// The models it may use: exact names, <c>provider/*</c>, <c>prefix*</c> or <c>*</c>, where a <c>*</c> stands only at the end and
    /// each matched something when the configuration was read. Null means all; never empty.
    /// </summary>
    public required IReadOnlyList<Located<string>>? Models { get; init; }
}

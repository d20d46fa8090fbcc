using System;
using System.Security.Cryptography;

namespace Fast.Proxy.Snapshots;

/// <summary>The operator's own key, which tells how the runs of every key stand and opens nothing else. Fast keeps its SHA-256 only.</summary>
/// <param name="sha256">That hash, 32 bytes.</param>
public sealed class AdminKey(byte[] sha256)
{
    /// <summary>Whether a presented key is this one. How long it takes does not depend on the key that it is compared with.</summary>
    public bool Is(ReadOnlySpan<byte> key)
    {
        if (key.Length > KeyTable.KeyBytesMax)
            return false;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return CryptographicOperations.FixedTimeEquals(hash, sha256);
    }
}

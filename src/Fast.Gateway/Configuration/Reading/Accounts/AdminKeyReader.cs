using System;
using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>admin_key</c> and <c>admin_key_sha256</c>, of which a file has one at most.</summary>
internal static class AdminKeyReader
{
    private const string Clear = "admin_key";
    private const string Hash = "admin_key_sha256";

    /// <summary>The members of the file that it reads.</summary>
    public static readonly string[] MemberNames = [Clear, Hash];

    /// <summary>Reads it.</summary>
    /// <param name="context">Where problems go.</param>
    /// <param name="members">Those of the file.</param>
    /// <param name="keys">The callers' keys, none of which it may be.</param>
    /// <returns>SHA-256 of the key; null when there is none, or when a problem was recorded.</returns>
    public static byte[]? Read(ReadingContext context, Members members, IReadOnlyList<KeyDocument> keys)
    {
        bool isClear = members.TryGet(Clear, out _);
        bool isHash = members.TryGet(Hash, out _);
        if (isClear && isHash)
        {
            context.Problem(members.KeyOf(Hash), $"the file has either `{Clear}` or `{Hash}`, not both");
            return null;
        }

        byte[]? hash = isClear
            ? KeysReader.ReadClear(context, members, Clear) is { } key ? KeysReader.HashOf(key) : null
            : KeysReader.ReadHash(context, members, Hash);
        if (hash is null)
            return null;

        foreach (KeyDocument other in keys)
        {
            if (hash.AsSpan().SequenceEqual(other.KeySha256))
                context.Problem(members.KeyOf(isClear ? Clear : Hash), $"the admin key is the same as key {Quote.Text(other.Name.Value)}; it has to be one of its own");
        }

        return hash;
    }
}

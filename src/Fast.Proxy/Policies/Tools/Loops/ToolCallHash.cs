using System;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>
/// What tells one call from another: the tool's name and what its arguments mean, however they are spelled. The key is drawn when the
/// process starts, so that hashes are worth nothing outside it.
/// </summary>
internal static class ToolCallHash
{
    internal static readonly UInt128 Key = NewKey();

    /// <summary>
    /// The hash of a call. Arguments that are not JSON, or nest deeper or have more members than <see cref="CanonicalJson"/> follows, count
    /// byte by byte; none at all are the same as an empty object, since models send either.
    /// </summary>
    /// <param name="name">The tool's name, unescaped.</param>
    /// <param name="argumentsJson">Its arguments, as the model wrote them.</param>
    public static UInt128 Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> argumentsJson)
    {
        SipHash hash = new(Key);
        hash.Add((ulong)name.Length);
        hash.Add(name);
        if (!argumentsJson.ContainsAnyExcept(" \t\r\n"u8))
            argumentsJson = "{}"u8;

        if (CanonicalJson.TryHash(argumentsJson, out UInt128 arguments))
        {
            hash.Add(arguments);
        }
        else
        {
            hash.Add((byte)'?');
            hash.Add(argumentsJson);
        }

        return hash.Finish();
    }

    private static UInt128 NewKey()
    {
        UInt128 key = 0;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<UInt128>(ref key)));
        return key;
    }
}

using System;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>What tells one call from another: the tool's name and what its arguments mean, however they are spelled.</summary>
internal static class ToolCallHash
{
    /// <summary>
    /// The hash of a call. Arguments that are not JSON, or nest deeper or have more members than <see cref="CanonicalJson"/> follows, count
    /// byte by byte; none at all are the same as an empty object, since models send either.
    /// </summary>
    /// <param name="name">The tool's name, unescaped.</param>
    /// <param name="argumentsJson">Its arguments, as the model wrote them.</param>
    /// <param name="key">Whose hash it is: under another key it is another.</param>
    public static UInt128 Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> argumentsJson, UInt128 key)
    {
        SipHash hash = new(key);
        hash.Add((ulong)name.Length);
        hash.Add(name);
        if (!argumentsJson.ContainsAnyExcept(" \t\r\n"u8))
            argumentsJson = "{}"u8;

        if (CanonicalJson.TryHash(argumentsJson, key, out UInt128 arguments))
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
}

using System;
using System.Collections.Generic;
using System.Text;

namespace Fast.Proxy.Policies.Tools;

/// <summary>Names of tools, and prefixes of names written as <c>fs_*</c> or <c>*</c>, compared byte by byte.</summary>
internal sealed class NamePatterns
{
    private readonly byte[][] _exact;
    private readonly byte[][] _prefixes;

    public NamePatterns(IReadOnlyList<string> patterns)
    {
        List<byte[]> exact = [];
        List<byte[]> prefixes = [];
        foreach (string pattern in patterns)
        {
            bool open = pattern.EndsWith('*');
            (open ? prefixes : exact).Add(Encoding.UTF8.GetBytes(open ? pattern[..^1] : pattern));
        }

        _exact = [.. exact];
        _prefixes = [.. prefixes];
    }

    /// <summary>Whether a name is among them.</summary>
    public bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (byte[] prefix in _prefixes)
        {
            if (name.StartsWith(prefix))
                return true;
        }

        foreach (byte[] one in _exact)
        {
            if (name.SequenceEqual(one))
                return true;
        }

        return false;
    }

    /// <summary>Whether some name that begins with this, and is longer, may be among them.</summary>
    public bool ReachesBelow(ReadOnlySpan<byte> name)
    {
        foreach (byte[] prefix in _prefixes)
        {
            if (name.StartsWith(prefix) || prefix.AsSpan().StartsWith(name))
                return true;
        }

        foreach (byte[] one in _exact)
        {
            if (one.AsSpan().StartsWith(name))
                return true;
        }

        return false;
    }
}

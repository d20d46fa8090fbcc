using System;
using System.Collections.Generic;
using System.Text;

namespace Fast.Proxy.Policies;

/// <summary>Which model names a key may ask for: exact names, and prefixes written as <c>provider/*</c> or <c>*</c>.</summary>
public sealed class ModelRule
{
    private readonly byte[][] _exact;
    private readonly byte[][] _prefixes;
    private readonly ModelRule? _above;

    private ModelRule(byte[][] exact, byte[][] prefixes, ModelRule? above = null)
    {
        _exact = exact;
        _prefixes = prefixes;
        _above = above;
    }

    /// <summary>The rule of a key without a list: every name.</summary>
    public static ModelRule All { get; } = new([], [[]]);

    /// <summary>Whether every name is on the list.</summary>
    public bool IsOpen => AllowsAny(_prefixes) && _above is not { IsOpen: false };

    /// <summary>The rule of somebody who is also bound by another rule: a name has to be on both lists.</summary>
    public ModelRule Under(ModelRule above) => ReferenceEquals(above, All) ? this : new(_exact, _prefixes, _above is null ? above : _above.Under(above));

    /// <summary>Compiles a key's list; null stands for every name.</summary>
    public static ModelRule Compile(IReadOnlyList<string>? patterns)
    {
        if (patterns is null)
            return All;

        List<byte[]> exact = [];
        List<byte[]> prefixes = [];
        foreach (string pattern in patterns)
        {
            bool open = pattern.EndsWith('*');
            (open ? prefixes : exact).Add(Encoding.UTF8.GetBytes(open ? pattern[..^1] : pattern));
        }

        return new ModelRule([.. exact], [.. prefixes]);
    }

    private static bool AllowsAny(byte[][] prefixes)
    {
        foreach (byte[] prefix in prefixes)
        {
            if (prefix.Length == 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether a name is on the list.</summary>
    public bool Allows(ReadOnlySpan<byte> name) => Lists(name) && (_above is null || _above.Allows(name));

    private bool Lists(ReadOnlySpan<byte> name)
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

    /// <summary>
    /// Whether whatever a provider serves is on the list, as it has to be for a request that names the provider but no model.
    /// </summary>
    public bool AllowsAllOf(string provider)
    {
        Span<byte> name = stackalloc byte[ProviderNameBytesMax + 1];
        int length = Encoding.UTF8.GetBytes(provider, name);
        name[length++] = (byte)'/';
        foreach (byte[] prefix in _prefixes)
        {
            if (name[..length].StartsWith(prefix))
                return _above is null || _above.AllowsAllOf(provider);
        }

        return false;
    }

    /// <summary>Longest name of a provider, in bytes; the configuration takes no longer one.</summary>
    public const int ProviderNameBytesMax = 64;
}

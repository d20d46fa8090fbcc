using System;
using System.Text;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Tools.Walking;

/// <summary>Walks the members of an object in JSON whose grammar has been checked, by offset. What is no object has none.</summary>
internal ref struct JsonMembers
{
    /// <summary>Longest name that may be looked for, in bytes.</summary>
    public const int NameBytesMax = 64;

    private readonly ReadOnlySpan<byte> _json;
    private ReadOnlySpan<byte> _name;
    private bool _isPlain;
    private int _at;

    /// <summary>Begins with the object that opens at <paramref name="start"/>.</summary>
    public JsonMembers(ReadOnlySpan<byte> json, int start)
    {
        _json = start < json.Length && json[start] == (byte)'{' ? json : default;
        _at = start + 1;
    }

    /// <summary>Offset of the value's first byte.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Offset behind the value's last byte.</summary>
    public int ValueEnd { get; private set; }

    /// <summary>Goes on to the next member; false at the object's end.</summary>
    public bool Next()
    {
        int at = JsonScan.SkipSpace(_json, _at);
        if (at < _json.Length && _json[at] == (byte)',')
            at = JsonScan.SkipSpace(_json, at + 1);
        if (at >= _json.Length || _json[at] != (byte)'"')
            return false;

        int end = JsonScan.StringEnd(_json, at);
        int colon = JsonScan.SkipSpace(_json, end);
        int start = JsonScan.SkipSpace(_json, colon + 1);
        if (start >= _json.Length || end < at + 2)
            return false;

        _name = _json[(at + 1)..(end - 1)];

        // U+017F begins with C5, U+212A with E2: the two that are not ASCII and are taken for ASCII letters.
        _isPlain = _name.IndexOfAny((byte)'\\', (byte)0xC5, (byte)0xE2) < 0;
        ValueStart = start;
        ValueEnd = JsonScan.ValueEnd(_json, start);
        _at = ValueEnd;
        return ValueEnd > ValueStart;
    }

    /// <summary>Compares the member's name with one of up to <see cref="NameBytesMax"/> bytes.</summary>
    public readonly NameMatch Match(ReadOnlySpan<byte> name) =>
        _isPlain ? Compare(_name, name) : MatchOdd(_name, name);

    /// <summary>Whether the member's name is this one or another spelling of it.</summary>
    public readonly bool IsLike(ReadOnlySpan<byte> name) => Match(name) != NameMatch.Other;

    /// <summary>Whether the inside of a JSON string means this text of up to <see cref="NameBytesMax"/> bytes.</summary>
    public static bool TextIs(ReadOnlySpan<byte> inside, ReadOnlySpan<byte> text) =>
        inside.Contains((byte)'\\') ? MatchOdd(inside, text) == NameMatch.Same : inside.SequenceEqual(text);

    private static NameMatch Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> name) =>
        one.Length != name.Length ? NameMatch.Other
        : one.SequenceEqual(name) ? NameMatch.Same
        : Ascii.EqualsIgnoreCase(one, name) ? NameMatch.Resembling
        : NameMatch.Other;

    private static NameMatch MatchOdd(ReadOnlySpan<byte> inside, ReadOnlySpan<byte> name)
    {
        // A name grows at most threefold by letters that are not ASCII, sixfold by escapes.
        Span<byte> plain = stackalloc byte[NameBytesMax * 3];
        if (inside.Length > plain.Length * JsonText.EscapedBytesPerByteMax || !JsonText.TryUnescape(inside, plain, out int written))
            return NameMatch.Other;
        if (plain[..written].SequenceEqual(name))
            return NameMatch.Same;

        return Compare(plain[..Fold(plain[..written])], name) == NameMatch.Other ? NameMatch.Other : NameMatch.Resembling;
    }

    /// <summary>Writes <c>s</c> for each U+017F and <c>k</c> for each U+212A, in place, as Go's parser takes them.</summary>
    /// <returns>The new length.</returns>
    private static int Fold(Span<byte> name)
    {
        int written = 0;
        for (int i = 0; i < name.Length; i++)
        {
            ReadOnlySpan<byte> rest = name[i..];
            bool longS = rest.StartsWith("\u017F"u8);
            bool kelvin = rest.StartsWith("\u212A"u8);
            name[written++] = longS ? (byte)'s' : kelvin ? (byte)'k' : name[i];
            i += longS ? 1 : kelvin ? 2 : 0;
        }

        return written;
    }
}

/// <summary>How a name in a text compares with one that is looked for.</summary>
internal enum NameMatch : byte
{
    Other,

    /// <summary>The name, however it is escaped.</summary>
    Same,

    /// <summary>Another spelling of it for parsers that do not look at case.</summary>
    Resembling,
}

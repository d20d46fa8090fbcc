using System;
using System.Text.Json;

namespace Fast.Wire.Json;

/// <summary>
/// Walks the members of one JSON object, names and offsets only: what is nested inside a value is checked and skipped, never
/// looked at. The whole text's grammar is validated (RFC 8259), so that what Fast understood is what every other parser will; that
/// values are UTF-8 is for whoever reads them.
/// </summary>
/// <param name="json">One whole JSON text, UTF-8 without a byte order mark.</param>
public ref struct TopLevelReader(ReadOnlySpan<byte> json)
{
    /// <summary>Deepest nesting followed. Deeper texts are malformed.</summary>
    public const int DepthMax = 256;

    /// <summary>Longest name that is compared, in bytes. The names that Fast looks for are shorter, so a longer one is another name.</summary>
    public const int NameBytesMax = 64;

    private static readonly System.Buffers.SearchValues<byte> s_plainBytes = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private JsonSkimmer _skimmer = new(json);
    private ReadOnlySpan<byte> _name;
    private bool _nameIsEscaped;
    private bool _begun;

    /// <summary>Whether the walk ended because the text is not one JSON object.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Whether anything so far, names and what is nested included, has an escape that <see cref="JsonEscape.MaySpellLetter"/>.</summary>
    public readonly bool SpellsLetters => _skimmer.SpellsLetters;

    /// <summary>Offset of the value's first byte; of the opening quote for a string.</summary>
    public int ValueStart { get; private set; }

    /// <summary>Offset behind the value's last byte.</summary>
    public int ValueEnd { get; private set; }

    /// <summary>The value's kind.</summary>
    public JsonTokenType ValueType { get; private set; }

    /// <summary>Whether a string value contains escapes; then <see cref="TryCopyString"/> gives what it means.</summary>
    public bool ValueIsEscaped { get; private set; }

    /// <summary>Goes on to the next member; false at the object's end and when the text is <see cref="Malformed"/>.</summary>
    public bool Next()
    {
        _skimmer.SkipSpace();
        if (!_begun)
        {
            _begun = true;
            if (!_skimmer.TryPass((byte)'{'))
                return Broken();

            _skimmer.SkipSpace();
            return _skimmer.TryPass((byte)'}') ? End() : TryTakeMember() || Broken();
        }

        if (_skimmer.TryPass((byte)'}'))
            return End();
        if (!_skimmer.TryPass((byte)','))
            return Broken();

        _skimmer.SkipSpace();
        return TryTakeMember() || Broken();
    }

    /// <summary>Whether the member's name is this one, however it is escaped.</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) =>
        _nameIsEscaped ? EscapedNameIs(name) : _name.SequenceEqual(name);

    /// <summary>
    /// Copies the member's name as parsers see it that do not look at case, as Go's do not: in lower case, with <c>s</c> for <c>ſ</c> and
    /// <c>k</c> for the Kelvin sign.
    /// </summary>
    /// <returns>False when it is longer than any that is looked for.</returns>
    public readonly bool TryFoldName(Span<byte> folded, out int written)
    {
        if (!TryPlainName(folded, out written))
            return false;

        written = Fold(folded[..written]);
        return true;
    }

    /// <summary>Copies the member's name, unescaped.</summary>
    /// <returns>False when it is longer than any that is looked for.</returns>
    public readonly bool TryCopyName(Span<byte> plain, out int written) => TryPlainName(plain, out written);

    /// <summary>Whether the name is nothing but lower-case letters and underscores, so that there is only one way to read it.</summary>
    public readonly bool TryGetPlainName(out ReadOnlySpan<byte> name)
    {
        name = _name;
        return !_nameIsEscaped && !_name.ContainsAnyExcept(s_plainBytes);
    }

    /// <summary>Copies what a string value means, unescaped.</summary>
    /// <returns>False when it is too long for the destination or not valid text.</returns>
    public readonly bool TryCopyString(Span<byte> destination, out int written) =>
        JsonText.TryUnescape(_json[(ValueStart + 1)..(ValueEnd - 1)], destination, out written);

    private bool TryTakeMember()
    {
        int start = _skimmer.At + 1;
        if (!_skimmer.TrySkipText(out _nameIsEscaped))
            return false;

        // Only the grammar is checked below, not UTF-8. In a name it matters: who drops bytes that are none may read a known one.
        _name = _json[start..(_skimmer.At - 1)];
        if (!JsonText.IsUtf8(_name))
            return false;

        _skimmer.SkipSpace();
        if (!_skimmer.TryPass((byte)':'))
            return false;

        _skimmer.SkipSpace();
        ValueStart = _skimmer.At;
        ValueType = KindOf(_skimmer.Next);
        bool isEscaped = false;
        bool isWhole = ValueType == JsonTokenType.String ? _skimmer.TrySkipText(out isEscaped) : _skimmer.TrySkipValue();
        (ValueEnd, ValueIsEscaped) = (_skimmer.At, isEscaped);
        return isWhole;
    }

    /// <summary>Behind the object there is nothing.</summary>
    private bool End()
    {
        _skimmer.SkipSpace();
        return !_skimmer.IsAtEnd && Broken();
    }

    private static JsonTokenType KindOf(byte first) => first switch
    {
        (byte)'"' => JsonTokenType.String,
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        _ => JsonTokenType.Number,
    };

    private bool Broken()
    {
        Malformed = true;
        return false;
    }

    private readonly bool EscapedNameIs(ReadOnlySpan<byte> name)
    {
        Span<byte> plain = stackalloc byte[NameBytesMax];
        return TryPlainName(plain, out int written) && plain[..written].SequenceEqual(name);
    }

    /// <summary>The name without escapes; false when it is longer than any that is looked for.</summary>
    private readonly bool TryPlainName(Span<byte> plain, out int written)
    {
        written = _name.Length;
        if (_nameIsEscaped)
            return _name.Length <= plain.Length * JsonText.EscapedBytesPerByteMax && JsonText.TryUnescape(_name, plain, out written);
        return _name.TryCopyTo(plain);
    }

    /// <summary>Folds a name in place.</summary>
    /// <returns>The new length.</returns>
    private static int Fold(Span<byte> name)
    {
        int written = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i..].StartsWith("\u017F"u8))
            {
                name[written++] = (byte)'s';
                i++;
            }
            else if (name[i..].StartsWith("\u212A"u8))
            {
                name[written++] = (byte)'k';
                i += 2;
            }
            else
            {
                name[written++] = name[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(name[i] | 0x20) : name[i];
            }
        }

        return written;
    }
}

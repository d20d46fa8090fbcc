using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Fast.Wire.Json;

/// <summary>
/// Passes over JSON as fast as its grammar can be checked (RFC 8259), and looks at nothing. <see cref="Utf8JsonReader"/> follows a text byte
/// by byte from its first escape on, and what agents send is full of them; here a vector of text is passed at once, escapes or not.
/// Whether texts are UTF-8 is not checked, as there.
/// </summary>
/// <param name="json">The text.</param>
internal ref struct JsonSkimmer(ReadOnlySpan<byte> json)
{
    /// <summary>Most arrays and objects that a value passed at once may nest. The object around it is one more.</summary>
    private const int NestingMax = TopLevelReader.DepthMax - 1;

    private const byte LastControl = 0x1F;

    private readonly ReadOnlySpan<byte> _json = json;
    private bool _spellsLetters;

    /// <summary>How far it has come.</summary>
    public int At { get; private set; }

    /// <summary>Whether a text that was passed has an escape that <see cref="JsonEscape.MaySpellLetter"/>.</summary>
    public readonly bool SpellsLetters => _spellsLetters;

    /// <summary>The next byte; 0, which is none of JSON's, at the end.</summary>
    public readonly byte Next => At < _json.Length ? _json[At] : (byte)0;

    /// <summary>Whether all of it was passed.</summary>
    public readonly bool IsAtEnd => At == _json.Length;

    /// <summary>Passes white space.</summary>
    public void SkipSpace()
    {
        while (At < _json.Length && _json[At] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            At++;
    }

    /// <summary>Passes this byte, if it is the next. It is one of JSON's own.</summary>
    public bool TryPass(byte one)
    {
        if (Next != one)
            return false;

        At++;
        return true;
    }

    /// <summary>Passes a text in its quotes.</summary>
    /// <param name="isEscaped">Whether it contains escapes.</param>
    /// <returns>False when it is none, or broken.</returns>
    public bool TrySkipText(out bool isEscaped)
    {
        isEscaped = false;
        if (!TryPass((byte)'"'))
            return false;

        for (int at = FindEnd(At); at < _json.Length; at = FindEnd(at))
        {
            if (_json[at] == (byte)'"')
            {
                At = at + 1;
                return true;
            }

            // Where there is one escape, there are more.
            isEscaped = true;
            if (_json.Length - at >= TextBlocks.Bytes)
            {
                if (!TextBlocks.TryPass(_json, at, out at, ref _spellsLetters))
                    return false;
                continue;
            }

            int length = _json[at] == (byte)'\\' ? JsonEscape.BytesOf(_json[(at + 1)..]) : 0;
            if (length == 0)
                return false;
            _spellsLetters |= length > 1 && JsonEscape.MaySpellLetter(_json[(at + 2)..]);
            at += 1 + length;
        }

        return false;
    }

    /// <summary>Passes a value, with all that it nests.</summary>
    /// <returns>False when it is none, broken, or nests too much.</returns>
    public bool TrySkipValue()
    {
        Span<ulong> objects = stackalloc ulong[TopLevelReader.DepthMax / 64];
        int depth = 0;
        do
        {
            bool isObject = Next == (byte)'{';
            if (!isObject && Next != (byte)'[')
            {
                if (!TrySkipScalar())
                    return false;
            }
            else
            {
                if (depth == NestingMax)
                    return false;

                At++;
                SkipSpace();
                ref ulong kinds = ref objects[depth / 64];
                kinds = isObject ? kinds | (1UL << (depth % 64)) : kinds & ~(1UL << (depth % 64));
                depth++;
                if (Next != (isObject ? (byte)'}' : (byte)']'))
                {
                    if (isObject && !TrySkipName())
                        return false;
                    continue;
                }
            }

            if (!TrySkipEnds(objects, ref depth))
                return false;
        }
        while (depth > 0);
        return true;
    }

    /// <summary>Passes the ends of what ends behind a value, and what leads to the next one.</summary>
    private bool TrySkipEnds(scoped ReadOnlySpan<ulong> objects, ref int depth)
    {
        while (depth > 0)
        {
            bool isObject = (objects[(depth - 1) / 64] >> ((depth - 1) % 64) & 1) != 0;
            SkipSpace();
            if (TryPass((byte)','))
            {
                SkipSpace();
                return !isObject || TrySkipName();
            }

            if (!TryPass(isObject ? (byte)'}' : (byte)']'))
                return false;
            depth--;
        }

        return true;
    }

    /// <summary>Passes a member's name and what is between it and its value.</summary>
    private bool TrySkipName()
    {
        if (!TrySkipText(out _))
            return false;

        SkipSpace();
        if (!TryPass((byte)':'))
            return false;

        SkipSpace();
        return true;
    }

    private bool TrySkipScalar() => Next switch
    {
        (byte)'"' => TrySkipText(out _),
        (byte)'t' => TrySkipWord("true"u8),
        (byte)'f' => TrySkipWord("false"u8),
        (byte)'n' => TrySkipWord("null"u8),
        _ => TrySkipNumber(),
    };

    private bool TrySkipWord(ReadOnlySpan<byte> word)
    {
        if (!_json[At..].StartsWith(word))
            return false;

        At += word.Length;
        return true;
    }

    private bool TrySkipNumber()
    {
        TryPass((byte)'-');

        // A zero that leads is the whole of the integer; a digit behind it is then in the way.
        if (!TryPass((byte)'0') && !TrySkipDigits())
            return false;
        if (TryPass((byte)'.') && !TrySkipDigits())
            return false;
        if (Next is not ((byte)'e' or (byte)'E'))
            return true;

        At++;
        if (Next is (byte)'+' or (byte)'-')
            At++;
        return TrySkipDigits();
    }

    private bool TrySkipDigits()
    {
        int from = At;
        while (Next is >= (byte)'0' and <= (byte)'9')
            At++;
        return At > from;
    }

    /// <summary>The next byte of a text that is not just text: a quote, a backslash, or a control character, which no text may have.</summary>
    private readonly int FindEnd(int at)
    {
        ref byte first = ref MemoryMarshal.GetReference(_json);
        for (; at <= _json.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref first, (nuint)at);
            Vector128<byte> ends = Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(Vector128.Min(bytes, Vector128.Create(LastControl)), bytes);
            if (ends != default)
                return at + BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
        }

        while (at < _json.Length && _json[at] is not ((byte)'"' or (byte)'\\' or <= LastControl))
            at++;
        return at;
    }
}

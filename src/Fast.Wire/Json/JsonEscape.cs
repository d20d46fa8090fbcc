using System;

namespace Fast.Wire.Json;

/// <summary>The escapes of JSON's texts (RFC 8259 section 7).</summary>
public static class JsonEscape
{
    private const int HexDigits = 4;

    /// <summary>Bytes of an escape behind its backslash; 0 when it is none.</summary>
    public static int BytesOf(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..] => 1,
        [(byte)'u', var a, var b, var c, var d, ..] when IsHex(a) && IsHex(b) && IsHex(c) && IsHex(d) => 5,
        _ => 0,
    };

    /// <summary>
    /// Whether an escape of four digits spells a letter or an underscore, or one that is a letter for parsers that do not look at case: words can be
    /// spelled with such so that no search finds them.
    /// </summary>
    /// <param name="rest">What stands behind the <c>u</c>. What is no digit, or missing, may be anything.</param>
    public static bool MaySpellLetter(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < HexDigits)
            return true;

        int one = 0;
        foreach (byte digit in rest[..HexDigits])
        {
            if (!IsHex(digit))
                return true;

            // The low half of a digit's code is its value, nine less for a letter.
            one = (one << 4) | ((digit & 0xF) + (digit > (byte)'9' ? 9 : 0));
        }

        // The last two are s and k for parsers that do not look at case.
        return char.IsAsciiLetter((char)one) || one is '_' or 0x017F or 0x212A;
    }

    private static bool IsHex(byte one) => char.IsAsciiHexDigit((char)one);
}

using System;

namespace Fast.Wire.Json;

/// <summary>The escapes of JSON's texts (RFC 8259 section 7).</summary>
internal static class JsonEscape
{
    private const byte Plain = 1;
    private const byte Unicode = 5;

    /// <summary>For each byte behind a backslash how long the escape is without it.</summary>
    private static ReadOnlySpan<byte> Lengths =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, Plain, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Plain, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Plain, 0, 0, 0,
        0, 0, Plain, 0, 0, 0, Plain, 0, 0, 0, 0, 0, 0, 0, Plain, 0, 0, 0, Plain, 0, Plain, Unicode, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Bytes of an escape behind its backslash; 0 when it is none.</summary>
    public static int BytesOf(ReadOnlySpan<byte> rest)
    {
        int length = rest.IsEmpty || rest[0] >= Lengths.Length ? 0 : Lengths[rest[0]];
        if (length != Unicode)
            return length;

        return rest.Length >= Unicode && IsHex(rest[1]) && IsHex(rest[2]) && IsHex(rest[3]) && IsHex(rest[4]) ? Unicode : 0;
    }

    private static bool IsHex(byte one) => char.IsAsciiHexDigit((char)one);
}

using System;

namespace Fast.Wire.Json;

/// <summary>The escapes of JSON's texts (RFC 8259 section 7).</summary>
internal static class JsonEscape
{
    /// <summary>Bytes of an escape behind its backslash; 0 when it is none.</summary>
    public static int BytesOf(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..] => 1,
        [(byte)'u', var a, var b, var c, var d, ..] when IsHex(a) && IsHex(b) && IsHex(c) && IsHex(d) => 5,
        _ => 0,
    };

    private static bool IsHex(byte one) => char.IsAsciiHexDigit((char)one);
}

using System;
using System.Buffers.Text;

namespace Fast.Wire.Text;

/// <summary>Numbers as the bytes that stand for them.</summary>
public static class Digits
{
    /// <summary>Most bytes that <see cref="Write"/> writes.</summary>
    public const int BytesMax = 20;

    /// <summary>Writes a number in decimal.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(long value, Span<byte> destination) =>
        Utf8Formatter.TryFormat(value, destination, out int written) ? written : throw new ArgumentException("Too short.", nameof(destination));

    /// <summary>Writes sixteen lower-case hex digits.</summary>
    public static void WriteHex(ulong value, Span<byte> destination)
    {
        for (int at = 15; at >= 0; at--, value >>= 4)
            destination[at] = "0123456789abcdef"u8[(int)(value & 0xF)];
    }
}

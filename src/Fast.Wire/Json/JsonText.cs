using System;
using System.Text.Unicode;

namespace Fast.Wire.Json;

/// <summary>The inside of JSON strings: from their escapes to bytes and back (RFC 8259 section 7).</summary>
public static class JsonText
{
    /// <summary>Bytes that one byte takes at most when it is escaped: <c>\u001f</c>.</summary>
    public const int EscapedBytesPerByteMax = 6;

    /// <summary>Turns the inside of a JSON string into the bytes it means.</summary>
    /// <returns>False when an escape is broken, a surrogate stands alone, or the destination is too short.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out int written)
    {
        written = 0;
        while (!escaped.IsEmpty)
        {
            int plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
                plain = escaped.Length;
            if (!escaped[..plain].TryCopyTo(destination[written..]))
                return false;

            written += plain;
            escaped = escaped[plain..];
            if (!escaped.IsEmpty && !TryTakeEscape(ref escaped, destination, ref written))
                return false;
        }

        return true;
    }

    /// <summary>Writes the inside of a JSON string that means <paramref name="text"/>, escaping no more than it must.</summary>
    /// <returns>Bytes written, or -1 when the destination is too short.</returns>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int written = 0;
        foreach (byte one in text)
        {
            int need = one < 0x20 ? 6 : one is (byte)'"' or (byte)'\\' ? 2 : 1;
            if (written + need > destination.Length)
                return -1;

            if (need == 6)
                "\\u00"u8.CopyTo(destination[written..]);
            else if (need == 2)
                destination[written] = (byte)'\\';

            if (need == 6)
            {
                destination[written + 4] = "0123456789abcdef"u8[one >> 4];
                destination[written + 5] = "0123456789abcdef"u8[one & 0xF];
            }
            else
            {
                destination[written + need - 1] = one;
            }

            written += need;
        }

        return written;
    }

    /// <summary>Whether the bytes are whole UTF-8.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> text) => Utf8.IsValid(text);

    private static bool TryTakeEscape(ref ReadOnlySpan<byte> escaped, Span<byte> destination, ref int written)
    {
        if (escaped.Length < 2)
            return false;

        byte letter = escaped[1];
        if (letter == (byte)'u')
            return TryTakeUnicode(ref escaped, destination, ref written);

        int at = "\"\\/bfnrt"u8.IndexOf(letter);
        if (at < 0 || written == destination.Length)
            return false;

        destination[written++] = "\"\\/\b\f\n\r\t"u8[at];
        escaped = escaped[2..];
        return true;
    }

    private static bool TryTakeUnicode(ref ReadOnlySpan<byte> escaped, Span<byte> destination, ref int written)
    {
        Span<char> pair = stackalloc char[2];
        if (!TryTakeUnit(ref escaped, out pair[0]))
            return false;

        int units = 1;
        if (char.IsHighSurrogate(pair[0]))
        {
            if (!TryTakeUnit(ref escaped, out pair[1]))
                return false;
            units = 2;
        }

        if (Utf8.FromUtf16(pair[..units], destination[written..], out _, out int bytes, replaceInvalidSequences: false)
            != System.Buffers.OperationStatus.Done)
            return false;

        written += bytes;
        return true;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<byte> escaped, out char unit)
    {
        unit = '\0';
        if (escaped.Length < 6 || escaped[0] != (byte)'\\' || escaped[1] != (byte)'u')
            return false;
        if (!System.Buffers.Text.Utf8Parser.TryParse(escaped.Slice(2, 4), out ushort value, out int consumed, 'x') || consumed != 4)
            return false;

        unit = (char)value;
        escaped = escaped[6..];
        return true;
    }
}

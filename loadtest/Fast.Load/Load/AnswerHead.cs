using System;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Fast.Load.Load;

/// <summary>What of an answer's head says how its body ends.</summary>
internal struct AnswerHead
{
    public int Status;

    /// <summary>Bytes of the body; negative when the head does not say.</summary>
    public long Length;

    public bool IsChunked;
    public bool KeepsAlive;

    /// <summary>Reads a head with the blank line that ends it; false when it is not HTTP/1.</summary>
    public static bool TryParse(ReadOnlySpan<byte> head, out AnswerHead parsed)
    {
        parsed = new AnswerHead { Length = -1, KeepsAlive = true };
        if (!head.StartsWith("HTTP/1."u8) || head.Length < 12 || !Utf8Parser.TryParse(head[9..12], out parsed.Status, out int used)
            || used != 3)
            return false;
        parsed.KeepsAlive = head[7] != (byte)'0';
        head = head[(head.IndexOf("\r\n"u8) + 2)..];
        for (int end = head.IndexOf("\r\n"u8); end > 0; end = head.IndexOf("\r\n"u8))
        {
            ReadOnlySpan<byte> line = head[..end];
            head = head[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || !parsed.TryTake(line[..colon], line[(colon + 1)..].Trim(" \t"u8)))
                return false;
        }
        return true;
    }

    private bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.Length == 14 && Ascii.EqualsIgnoreCase(name, "content-length"u8))
            return Utf8Parser.TryParse(value, out Length, out int used) && used == value.Length && Length >= 0;
        if (name.Length == 17 && Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            return IsChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
        if (name.Length == 10 && Ascii.EqualsIgnoreCase(name, "connection"u8))
            KeepsAlive = Ascii.EqualsIgnoreCase(value, "keep-alive"u8) || (KeepsAlive && !Ascii.EqualsIgnoreCase(value, "close"u8));
        return true;
    }
}

/// <summary>The words for a status that was not wanted, made once each.</summary>
internal static class StatusFailures
{
    private const int StatusMax = 999;

    private static readonly string?[] s_words = new string?[StatusMax + 1];

    public static string Of(int status)
    {
        int known = Math.Clamp(status, 0, StatusMax);
        return s_words[known] ??= "status " + known.ToString(CultureInfo.InvariantCulture);
    }
}

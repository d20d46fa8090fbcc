using System;
using System.Buffers;

namespace Fast.Wire.Http1;

/// <summary>Which bytes may stand where in a head, and the few field values that framing depends on.</summary>
public static class FieldBytes
{
    private static readonly SearchValues<byte> s_token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> s_control = SearchValues.Create(
    [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F,
    ]);

    /// <summary>Whether the bytes are a token (RFC 9110 5.6.2), as a field name has to be.</summary>
    public static bool IsToken(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(s_token);

    /// <summary>Whether a line without its end is free of control characters other than HTAB; a CR inside it is one (RFC 9112 2.2).</summary>
    public static bool LineIsClean(ReadOnlySpan<byte> line) => !line.ContainsAny(s_control);

    /// <summary>Whether a request target is visible ASCII without spaces and without a fragment (RFC 9112 3.2).</summary>
    public static bool IsTarget(ReadOnlySpan<byte> target) =>
        !target.IsEmpty && !target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !target.Contains((byte)'#');

    /// <summary>Whether a Host could be one: visible ASCII without what ends or precedes an authority (RFC 9110 7.2). Empty is allowed.</summary>
    public static bool IsHost(ReadOnlySpan<byte> host) =>
        !host.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !host.ContainsAny("/?#@,\"\\"u8);

    /// <summary>A Content-Length: digits only, no sign, no list, fits in 63 bits (RFC 9110 8.6).</summary>
    public static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.IsEmpty || value.Length > 18)
            return false;

        foreach (byte digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            length = (length * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>Takes the next member of a comma-separated list, trimmed; false when the list is used up (RFC 9110 5.6.1).</summary>
    public static bool TryTakeListMember(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> member)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            member = (comma < 0 ? list : list[..comma]).Trim(" \t"u8);
            list = comma < 0 ? [] : list[(comma + 1)..];
            if (!member.IsEmpty)
                return true;
        }

        member = [];
        return false;
    }
}

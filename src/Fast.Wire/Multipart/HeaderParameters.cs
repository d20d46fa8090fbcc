using System;
using System.Text;

namespace Fast.Wire.Multipart;

/// <summary>
/// The parameters behind a header's value, as in <c>form-data; name="a"</c> (RFC 9110 5.6.6). Policy is held on what is found here while
/// the provider obeys what its own parser finds, so a value that two parsers could read in two ways is refused.
/// </summary>
internal static class HeaderParameters
{
    /// <summary>Finds one parameter; its value, quotes taken off, is empty when it is not there.</summary>
    /// <returns>
    /// False when it stands there twice, in the extended spelling of RFC 8187 and RFC 2231, with an escape or a quote inside its value, or
    /// when a quote stays open.
    /// </returns>
    public static bool TryFind(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = [];
        bool found = false;
        ReadOnlySpan<byte> rest = header;
        while (TryTakePart(ref rest, out ReadOnlySpan<byte> part))
        {
            // The first part is the value itself; it has no equals sign, or it is not what is looked for.
            int equals = part.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? [] : part[..equals].Trim(" \t"u8);
            if (key.Length < name.Length || !Ascii.EqualsIgnoreCase(key[..name.Length], name))
                continue;
            if (key.Length > name.Length && key[name.Length] != (byte)'*')
                continue;
            if (found || key.Length > name.Length)
                return false;

            found = true;
            value = Unquote(part[(equals + 1)..].Trim(" \t"u8));
            if (value.IndexOfAny((byte)'\\', (byte)'"') >= 0)
                return false;
        }

        return rest.IsEmpty;
    }

    /// <summary>Takes what stands before the next semicolon outside quotes; leaves it when a quote stays open.</summary>
    private static bool TryTakePart(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        bool quoted = false;
        int at = 0;
        while (at < rest.Length && (quoted || rest[at] != (byte)';'))
        {
            if (rest[at] == (byte)'"')
                quoted = !quoted;
            at += quoted && rest[at] == (byte)'\\' ? 2 : 1;
        }

        part = quoted || rest.IsEmpty ? [] : rest[..at];
        if (quoted || rest.IsEmpty)
            return false;

        rest = rest[Math.Min(at + 1, rest.Length)..];
        return true;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == (byte)'"' && text[^1] == (byte)'"' ? text[1..^1] : text;
}

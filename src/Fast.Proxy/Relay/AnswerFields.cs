using System;
using System.Net.Http.Headers;
using System.Text;
using Fast.Proxy.Upstream;
using Fast.Wire.Http1;

namespace Fast.Proxy.Relay;

/// <summary>Which of a provider's answer fields reach the caller: all but those of one hop and those that speak for another host.</summary>
internal static class AnswerFields
{
    /// <summary>Longest name that does not pass, in bytes.</summary>
    private const int StoppedBytesMax = 25;

    /// <summary>Whether a field passes.</summary>
    public static bool Passes(ReadOnlySpan<byte> name) => !IsFasts(name) && PassesByName(name);

    /// <summary>Whether a field passes to a caller who may be told of limits of its own instead of the provider's.</summary>
    public static bool Passes(ReadOnlySpan<byte> name, bool ownLimits) =>
        Passes(name) && !(ownLimits && name.Length > RateLimit.Length && Is(name[..RateLimit.Length], RateLimit));

    /// <summary>The same of a field whose name is text.</summary>
    public static bool Passes(string name, bool ownLimits) =>
        Passes(name) && !(ownLimits && name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase));

    private static ReadOnlySpan<byte> RateLimit => "x-ratelimit-"u8;

    private static bool PassesByName(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => !Is(name, "te"u8),

        // Names of one hop (RFC 9110 7.6.1) and fields that are about the provider's own host: a cookie or an alternative service
        // of that host means nothing, or harm, when it comes from this one.
        7 => !Is(name, "trailer"u8) && !Is(name, "upgrade"u8) && !Is(name, "alt-svc"u8),
        10 => !Is(name, "connection"u8) && !Is(name, "keep-alive"u8) && !Is(name, "set-cookie"u8),
        11 => !Is(name, "set-cookie2"u8),
        14 => !Is(name, "content-length"u8),
        16 => !Is(name, "proxy-connection"u8),
        17 => !Is(name, "transfer-encoding"u8),
        18 => !Is(name, "proxy-authenticate"u8),
        StoppedBytesMax => !Is(name, "strict-transport-security"u8),
        _ => true,
    };

    /// <summary>Whether a field passes whose name is text.</summary>
    public static bool Passes(string name)
    {
        if (name.Length > StoppedBytesMax)
            return !name.StartsWith("x-fast-", StringComparison.OrdinalIgnoreCase);

        Span<byte> bytes = stackalloc byte[StoppedBytesMax];
        return Passes(bytes[..Encoding.Latin1.GetBytes(name, bytes)]);
    }

    /// <summary>Whether a field is one that Fast adds when the provider has not sent it.</summary>
    public static PassedFields KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Is(name, "date"u8) => PassedFields.Date,
        12 when Is(name, "x-request-id"u8) => PassedFields.Name,
        _ => PassedFields.None,
    };

    /// <summary>The same of a name that is text.</summary>
    public static PassedFields KindOf(string name) => name.Length switch
    {
        4 when string.Equals(name, "date", StringComparison.OrdinalIgnoreCase) => PassedFields.Date,
        12 when string.Equals(name, "x-request-id", StringComparison.OrdinalIgnoreCase) => PassedFields.Name,
        _ => PassedFields.None,
    };

    /// <summary>Whether a Connection field names another field, which then belongs to that hop too (RFC 9110 7.6.1).</summary>
    public static bool IsNamed(in HeaderStringValues connection, string name)
    {
        foreach (string options in connection)
        {
            foreach (Range option in options.AsSpan().Split(','))
            {
                if (options.AsSpan(option).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    /// <summary>The same of the fields of a head.</summary>
    public static bool IsNamed(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> name)
    {
        ResponseFields all = new(fields);
        while (all.TryTake(out ReadOnlySpan<byte> other, out ReadOnlySpan<byte> options))
        {
            if (!Is(other, "connection"u8))
                continue;

            while (FieldBytes.TryTakeListMember(ref options, out ReadOnlySpan<byte> option))
            {
                if (Is(option, name))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether text may stand in a head: no line end, so that a provider cannot write fields of ours.</summary>
    public static bool IsFieldText(string? text) => text is not null && text.AsSpan().IndexOfAny('\r', '\n', '\0') < 0;

    /// <summary>Whether a field is one that only Fast may write.</summary>
    private static bool IsFasts(ReadOnlySpan<byte> name) =>
        name.Length >= HeaderNames.FastPrefix.Length && Is(name[..HeaderNames.FastPrefix.Length], HeaderNames.FastPrefix);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}

using System;
using System.Net.Http.Headers;

namespace Fast.Proxy.Relay;

/// <summary>Which of a provider's answer fields reach the caller: all but those of one hop and those that speak for another host.</summary>
internal static class AnswerFields
{
    /// <summary>Whether a field passes.</summary>
    public static bool Passes(string name) => name.Length switch
    {
        2 => !Is(name, "te"),

        // Names of one hop (RFC 9110 7.6.1) and fields that are about the provider's own host: a cookie or an alternative service
        // of that host means nothing, or harm, when it comes from this one.
        7 => !Is(name, "trailer") && !Is(name, "upgrade") && !Is(name, "alt-svc"),
        10 => !Is(name, "connection") && !Is(name, "keep-alive") && !Is(name, "set-cookie"),
        11 => !Is(name, "set-cookie2"),
        14 => !Is(name, "content-length"),
        16 => !Is(name, "proxy-connection"),
        17 => !Is(name, "transfer-encoding") && !Is(name, "x-fast-request-id"),
        18 => !Is(name, "proxy-authenticate") && !Is(name, "x-fast-overhead-us"),
        25 => !Is(name, "strict-transport-security"),
        _ => true,
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

    private static bool Is(string name, string known) => string.Equals(name, known, StringComparison.OrdinalIgnoreCase);
}

using System;
using System.Text;

namespace Fast.Wire.Http1;

/// <summary>From the bytes of a field name to its <see cref="HeaderId"/>, whatever their case.</summary>
public static class HeaderNames
{
    /// <summary>The prefix of every header of Fast's own; none of them goes upstream.</summary>
    public static ReadOnlySpan<byte> FastPrefix => "x-fast-"u8;

    /// <summary>Looks a name up; <see cref="HeaderId.Other"/> when Fast has no business with it.</summary>
    public static HeaderId Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when Is(name, "te"u8) => HeaderId.Te,
        3 when Is(name, "via"u8) => HeaderId.Via,
        4 when Is(name, "host"u8) => HeaderId.Host,
        6 => Of6(name),
        7 => Of7(name),
        9 => Of9(name),
        10 => Of10(name),
        12 when Is(name, "content-type"u8) => HeaderId.ContentType,
        14 => Of14(name),
        15 when Is(name, "accept-encoding"u8) => HeaderId.AcceptEncoding,
        16 when Is(name, "proxy-connection"u8) => HeaderId.ProxyConnection,
        17 when Is(name, "transfer-encoding"u8) => HeaderId.TransferEncoding,
        19 => Of19(name),
        _ => ByPrefix(name),
    };

    private static HeaderId Of6(ReadOnlySpan<byte> name) =>
        Is(name, "accept"u8) ? HeaderId.Accept
        : Is(name, "expect"u8) ? HeaderId.Expect
        : Is(name, "origin"u8) ? HeaderId.Origin
        : Is(name, "cookie"u8) ? HeaderId.Cookie
        : HeaderId.Other;

    private static HeaderId Of7(ReadOnlySpan<byte> name) =>
        Is(name, "api-key"u8) ? HeaderId.ApiKey
        : Is(name, "trailer"u8) ? HeaderId.Trailer
        : Is(name, "upgrade"u8) ? HeaderId.Upgrade
        : ByPrefix(name);

    private static HeaderId Of9(ReadOnlySpan<byte> name) =>
        Is(name, "x-api-key"u8) ? HeaderId.XApiKey
        : Is(name, "x-real-ip"u8) ? HeaderId.XRealIp
        : Is(name, "forwarded"u8) ? HeaderId.Forwarded
        : ByPrefix(name);

    private static HeaderId Of10(ReadOnlySpan<byte> name) =>
        Is(name, "connection"u8) ? HeaderId.Connection
        : Is(name, "keep-alive"u8) ? HeaderId.KeepAlive
        : ByPrefix(name);

    private static HeaderId Of14(ReadOnlySpan<byte> name) =>
        Is(name, "content-length"u8) ? HeaderId.ContentLength
        : Is(name, "x-goog-api-key"u8) ? HeaderId.XGoogApiKey
        : Is(name, "openai-project"u8) ? HeaderId.OpenAiProject
        : ByPrefix(name);

    private static HeaderId Of19(ReadOnlySpan<byte> name) =>
        Is(name, "proxy-authorization"u8) ? HeaderId.ProxyAuthorization
        : Is(name, "openai-organization"u8) ? HeaderId.OpenAiOrganization
        : ByPrefix(name);

    private static HeaderId ByPrefix(ReadOnlySpan<byte> name)
    {
        if (name.Length == 13 && Is(name, "authorization"u8))
            return HeaderId.Authorization;
        if (name.Length < 3 || name[1] != (byte)'-' || (name[0] | 0x20) != 'x')
            return HeaderId.Other;
        if (name.Length == 12 && Is(name, "x-request-id"u8))
            return HeaderId.XRequestId;
        if (StartsWith(name, FastPrefix))
            return HeaderId.XFast;
        if (StartsWith(name, "x-forwarded"u8))
            return HeaderId.XForwarded;
        return IsReroute(name) ? HeaderId.XReroute : HeaderId.Other;
    }

    private static bool IsReroute(ReadOnlySpan<byte> name) =>
        Is(name, "x-http-method"u8)
        || Is(name, "x-http-method-override"u8)
        || Is(name, "x-method-override"u8)
        || Is(name, "x-original-url"u8)
        || Is(name, "x-original-uri"u8)
        || Is(name, "x-rewrite-url"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);

    private static bool StartsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);
}

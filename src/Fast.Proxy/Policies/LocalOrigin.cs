using System;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Wire.Http1;

namespace Fast.Proxy.Policies;

/// <summary>
/// Keeps web pages away from a gateway without keys. A page anywhere can make its visitor's browser post to 127.0.0.1, and a host name
/// can be made to point there; such requests carry a foreign Origin or Host.
/// </summary>
internal static class LocalOrigin
{
    /// <summary>Whether a request is addressed to this machine by a name of its own, and not by a page from elsewhere.</summary>
    public static bool Allows(RequestHead head)
    {
        // Behind a proxy on the same machine every caller looks local.
        foreach (ref readonly HeaderField field in head.Fields)
        {
            if (field.Id is HeaderId.Forwarded or HeaderId.XForwarded or HeaderId.XRealIp or HeaderId.Via)
                return false;
        }

        if (head.TryFind(HeaderId.Host, out ReadOnlySpan<byte> host) && !IsLocal(host))
            return false;
        if (!head.TryFind(HeaderId.Origin, out ReadOnlySpan<byte> origin))
            return true;

        int scheme = origin.IndexOf("://"u8);
        return scheme > 0 && IsLocal(origin[(scheme + 3)..]);
    }

    private static bool IsLocal(ReadOnlySpan<byte> authority)
    {
        int port = authority.LastIndexOf((byte)':');

        // Only digits are a port: behind another colon stands the end of an IPv6 address, or something made to look local.
        bool hasPort = port > 0 && !authority[(port + 1)..].ContainsAnyExcept("0123456789"u8);
        ReadOnlySpan<byte> host = hasPort ? authority[..port] : authority;

        // An empty Host is what clients of a Unix socket send, who have no name to give.
        return host.IsEmpty || Ascii.EqualsIgnoreCase(host, "localhost"u8) || host.SequenceEqual("[::1]"u8) || IsLoopbackV4(host);
    }

    private static bool IsLoopbackV4(ReadOnlySpan<byte> host) =>
        host.StartsWith("127."u8) && !host.ContainsAnyExcept("0123456789."u8);
}

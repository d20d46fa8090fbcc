using System;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Wire.Http1;

namespace Fast.Proxy.Upstream;

/// <summary>
/// Which of a caller's header fields go upstream: all but those of one hop, those that tell who the caller is, and Fast's own.
/// </summary>
internal static class RequestFields
{
    /// <summary>Whether a field passes.</summary>
    public static bool Passes(RequestHead head, in HeaderField field)
    {
        switch (field.Id)
        {
            // One hop (RFC 9110 7.6.1), and framing, which is written anew.
            case HeaderId.Connection or HeaderId.KeepAlive or HeaderId.ProxyConnection or HeaderId.Te or HeaderId.Trailer:
            case HeaderId.TransferEncoding or HeaderId.Upgrade or HeaderId.ContentLength or HeaderId.Expect or HeaderId.Host:

            // The caller's credentials, and the organisation and project that belong to them: upstream, Fast uses its own.
            case HeaderId.Authorization or HeaderId.ApiKey or HeaderId.XApiKey or HeaderId.XGoogApiKey or HeaderId.ProxyAuthorization:
            case HeaderId.Cookie or HeaderId.OpenAiOrganization or HeaderId.OpenAiProject:

            // Where the caller is.
            case HeaderId.Forwarded or HeaderId.XForwarded or HeaderId.XRealIp or HeaderId.Via or HeaderId.Origin:

            // Fast asks for answers that it can read as they pass.
            case HeaderId.AcceptEncoding:
            case HeaderId.XFast:

            // What might make the provider's own servers take the request for another one than was admitted.
            case HeaderId.XReroute:
                return false;
            default:
                return !head.HasConnectionFields || !IsNamedByConnection(head, head.NameOf(field));
        }
    }

    private static bool IsNamedByConnection(RequestHead head, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly HeaderField field in head.Fields)
        {
            if (field.Id != HeaderId.Connection)
                continue;

            ReadOnlySpan<byte> options = head.ValueOf(field);
            while (FieldBytes.TryTakeListMember(ref options, out ReadOnlySpan<byte> option))
            {
                if (Ascii.EqualsIgnoreCase(option, name))
                    return true;
            }
        }

        return false;
    }
}

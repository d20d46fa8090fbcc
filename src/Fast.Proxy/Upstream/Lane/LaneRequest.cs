using System;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Snapshots;
using Fast.Wire.Http1;
using Fast.Wire.Text;

namespace Fast.Proxy.Upstream.Lane;

/// <summary>Writes one request as it goes over the wire: the head, and behind it as much of the body as fits.</summary>
internal static class LaneRequest
{
    /// <summary>Requests up to this size go out in one piece, in bytes.</summary>
    private const int WholeBytesMax = 16 * 1024;

    /// <summary>What Fast writes into a head besides what it copies, in bytes, with room to spare.</summary>
    private const int OwnBytes = 512;

    /// <summary>Renders it.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="rendered">A rented array.</param>
    /// <param name="length">Bytes rendered.</param>
    /// <returns>What of the body is still to be sent.</returns>
    public static OutgoingSection Render(Exchange exchange, out byte[] rendered, out int length)
    {
        ProviderSnapshot provider = exchange.Route.Provider!;
        OutgoingSection rest = exchange.Outgoing;
        int body = rest.Length;
        rendered = exchange.Kit.Buffers.Rent(HeadBytesMax(exchange, provider) + Math.Min(body, WholeBytesMax));
        length = WriteHead(exchange, provider, body, rendered);
        for (int part = 0; part < rest.Count && length < rendered.Length; part++)
        {
            int take = Math.Min(rest[part].Length, rendered.Length - length);
            rest[part].Span[..take].CopyTo(rendered.AsSpan(length));
            rest.Take(part, take);
            length += take;
        }

        return rest;
    }

    private static int HeadBytesMax(Exchange exchange, ProviderSnapshot provider)
    {
        int bytes = OwnBytes + provider.RequestStarts[exchange.Asked.Endpoint!.Index].Length + provider.HostLine.Length
            + exchange.Head.Query.Length + provider.FieldLines.Length;
        foreach (ref readonly HeaderField field in exchange.Head.Fields)
            bytes += field.NameLength + field.ValueLength + 4;
        return bytes;
    }

    private static int WriteHead(Exchange exchange, ProviderSnapshot provider, int bodyBytes, Span<byte> target)
    {
        int at = 0;
        Put(provider.RequestStarts[exchange.Asked.Endpoint!.Index], target, ref at);
        if (!exchange.Head.Query.IsEmpty)
            Put(Encoding.ASCII.GetBytes(QueryFields.WithoutKeys(Encoding.ASCII.GetString(exchange.Head.Query))), target, ref at);
        Put(" HTTP/1.1\r\n"u8, target, ref at);
        if (!provider.Sets("host"u8))
            Put(provider.HostLine, target, ref at);
        bool named = CopyFields(exchange, provider, target, ref at);
        if (!named)
        {
            Put("X-Request-Id: "u8, target, ref at);
            exchange.Id.Write(target[at..]);
            at += RequestId.Bytes;
            Put("\r\n"u8, target, ref at);
        }

        if (!provider.Sets("accept-encoding"u8))
            Put("Accept-Encoding: identity\r\n"u8, target, ref at);

        // What Fast has read as JSON is sent as JSON, whatever the caller called it.
        if (exchange.Intent.Shape == BodyShape.Json && !provider.Sets("content-type"u8))
            Put("Content-Type: application/json\r\n"u8, target, ref at);

        Put(provider.FieldLines, target, ref at);
        Put("Content-Length: "u8, target, ref at);
        at += Digits.Write(bodyBytes, target[at..]);
        Put("\r\n\r\n"u8, target, ref at);
        return at;
    }

    private static bool CopyFields(Exchange exchange, ProviderSnapshot provider, Span<byte> target, ref int at)
    {
        bool named = false;
        RequestHead head = exchange.Head;
        foreach (ref readonly HeaderField field in head.Fields)
        {
            if (!RequestFields.Passes(head, field) || (field.Id == HeaderId.ContentType && exchange.Intent.Shape == BodyShape.Json)
                || provider.Sets(head.NameOf(field)))
                continue;

            Put(head.NameOf(field), target, ref at);
            Put(": "u8, target, ref at);
            Put(head.ValueOf(field), target, ref at);
            Put("\r\n"u8, target, ref at);
            named |= field.Id == HeaderId.XRequestId;
        }

        return named || provider.Sets("x-request-id"u8);
    }

    private static void Put(ReadOnlySpan<byte> bytes, Span<byte> target, ref int at)
    {
        bytes.CopyTo(target[at..]);
        at += bytes.Length;
    }
}

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Snapshots;
using Fast.Wire.Http1;

namespace Fast.Proxy.Upstream.Framework;

/// <summary>Builds the message for one attempt through the framework's HTTP client.</summary>
internal static class FrameworkRequest
{
    // A query passes as it was sent, escapes included. It is visible ASCII: the head parser has seen to it.
    private static readonly UriCreationOptions s_verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>Builds it from the caller's head, the rewritten body and what the provider's own requests carry.</summary>
    public static HttpRequestMessage Build(Exchange exchange, ProviderSnapshot provider)
    {
        HttpRequestMessage message = new(HttpMethod.Post, AddressOf(exchange, provider))
        {
            Version = provider.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new SplicedContent(in exchange.Outgoing),
        };

        bool named = CopyFields(exchange, message);
        if (!named)
            message.Headers.TryAddWithoutValidation("x-request-id", exchange.Id.ToString());

        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        foreach (KeyValuePair<string, string> field in provider.Headers)
        {
            message.Headers.Remove(field.Key);
            message.Headers.TryAddWithoutValidation(field.Key, field.Value);
        }

        return message;
    }

    private static Uri AddressOf(Exchange exchange, ProviderSnapshot provider)
    {
        Uri address = provider.Addresses[exchange.Asked.Endpoint!.Index];
        ReadOnlySpan<byte> query = exchange.Head.Query;
        return query.IsEmpty ? address : new Uri(address.OriginalString + QueryFields.WithoutKeys(Encoding.ASCII.GetString(query)), s_verbatim);
    }

    private static bool CopyFields(Exchange exchange, HttpRequestMessage message)
    {
        bool named = false;
        RequestHead head = exchange.Head;
        ReadOnlySpan<HeaderField> fields = head.Fields;
        for (int place = 0; place < fields.Length; place++)
        {
            ref readonly HeaderField field = ref fields[place];
            if (!RequestFields.Passes(head, field) || (field.Id == HeaderId.ContentType && exchange.Intent.Shape == BodyShape.Json))
                continue;

            exchange.Kit.Strings.Get(place, head.NameOf(field), head.ValueOf(field), out string name, out string value);
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            named |= field.Id == HeaderId.XRequestId;
        }

        // What Fast has read as JSON is sent as JSON, whatever the caller called it.
        if (exchange.Intent.Shape == BodyShape.Json)
            message.Content!.Headers.TryAddWithoutValidation("content-type", "application/json");
        return named;
    }
}

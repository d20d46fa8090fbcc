using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads the <c>headers</c> of a provider.</summary>
internal static class HeadersReader
{
    /// <summary>Most headers of one provider. At the limit the section is refused.</summary>
    public const int HeadersMax = 64;

    /// <summary>Longest value, in characters. At the limit the header is refused.</summary>
    public const int ValueLengthMax = 8192;

    private static readonly string s_valueRule = $"is not printable ASCII of at most {ValueLengthMax} characters";

    private static readonly HashSet<string> s_connection = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length", "expect", "host", "http2-settings",
    };

    // Fields that describe the body, which is the caller's: besides, the HTTP client refuses them among a request's own headers.
    private static readonly HashSet<string> s_body = new(StringComparer.OrdinalIgnoreCase)
    {
        "allow", "content-disposition", "content-encoding", "content-language", "content-location", "content-md5", "content-range",
        "content-type", "expires", "last-modified",
    };

    private static readonly HashSet<string> s_credentials = new(StringComparer.OrdinalIgnoreCase)
    {
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key",
    };

    /// <summary>Reads the section; empty when there is none.</summary>
    public static IReadOnlyList<HeaderDocument> Read(ReadingContext context, Members members)
    {
        if (!members.TryGet("headers", out YamlNode? node) || node is ScalarNode { IsNull: true })
            return [];

        if (node is not MapNode map)
        {
            context.Problem(node, $"`headers` takes members (`name: value`), not {node.Kind}");
            return [];
        }

        if (map.Entries.Count > HeadersMax)
            context.Problem(node, $"`headers` holds {map.Entries.Count} headers; at most {HeadersMax} are allowed");

        List<HeaderDocument> headers = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (MapEntry entry in map.Entries)
        {
            string name = entry.Key.Text;
            if (NameFault(name) is { } fault)
                context.Problem(entry.Key, $"header {Quote.Text(name)} {fault}");
            else if (!seen.Add(name))
                context.Problem(entry.Key, $"header {Quote.Text(name)} is given twice; header names do not differ by case");

            // The value of a header is treated as a secret: it is never shown.
            if (!context.TryText(entry.Value, $"header {Quote.Text(name)}", out TextValue text))
                continue;

            if (IsValue(text.Value))
                headers.Add(new HeaderDocument(name, new Secret(text.Value)));
            else
                context.Problem(text, $"the value of header {Quote.Text(name)} {s_valueRule}");
        }

        return headers;
    }

    /// <summary>Whether a text can be the name of a header.</summary>
    public static bool IsName(string name) => name.Length > 0 && name.All(IsTokenCharacter);

    /// <summary>Whether a header carries a caller's or a provider's credential.</summary>
    public static bool CarriesCredential(string name) => s_credentials.Contains(name) || name is "cookie";

    /// <summary>Whether a header is about the connection or the body.</summary>
    public static bool BelongsToMessage(string name) => s_connection.Contains(name) || s_body.Contains(name);

    private static string? NameFault(string name)
    {
        if (!IsName(name))
            return "is not a header name";
        if (s_connection.Contains(name))
            return "belongs to the connection, which Fast makes itself";
        if (s_body.Contains(name))
            return "describes the body, which is the caller's";
        return s_credentials.Contains(name) ? "carries a credential; use `api_key` and `credential`" : null;
    }

    // A blank at either end would be dropped on the way, so it is refused instead.
    private static bool IsValue(string value) =>
        value.Length <= ValueLengthMax && value.All(c => c is '\t' or (>= ' ' and < '\x7f'))
        && value[0] is not (' ' or '\t') && value[^1] is not (' ' or '\t');

    // RFC 9110, section 5.6.2.
    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c);
}

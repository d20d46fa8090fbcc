using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>Reads <c>listen</c> and <c>tls</c>.</summary>
internal static class ListenReader
{
    /// <summary>Most listeners. At the limit the list is refused.</summary>
    public const int ListenersMax = 64;

    // sun_path of Linux holds 108 bytes, one of them the terminator.
    private const int UnixPathBytesMax = 107;

    private const string Forms = "write it like `127.0.0.1:4000`, `:4000`, `localhost:4000`, `[::1]:4000` or `unix:/run/fast.sock`";

    /// <summary>Reads one place to listen at, or a list of them.</summary>
    public static IReadOnlyList<ListenDocument> Read(ReadingContext context, YamlNode node)
    {
        IReadOnlyList<YamlNode> nodes = node is ListNode list ? list.Items : [node];
        if (nodes.Count is 0 or > ListenersMax)
            context.Problem(node, $"`listen` names {nodes.Count} places; it must be between 1 and {ListenersMax}");

        List<ListenDocument> places = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (YamlNode one in nodes)
        {
            if (!context.TryText(one, "`listen`", out TextValue text) || Parse(context, text) is not { } place)
                continue;

            if (seen.Add($"{place.Form} {place.Address} {place.Port} {place.UnixPath}"))
                places.Add(place);
            else
                context.Problem(text, $"`listen` names {text.Shown} twice");
        }

        return places;
    }

    private static ListenDocument? Parse(ReadingContext context, TextValue text)
    {
        string value = text.Value;
        if (value.StartsWith("unix:", StringComparison.Ordinal))
            return ParseUnix(context, text, value[5..]);

        // "4000" and ":4000" mean the same: no address was named, so none is excluded.
        int colon = value.LastIndexOf(':');
        string host = colon < 0 ? "" : value[..colon];
        if (!TryParsePort(value[(colon + 1)..], out int port))
        {
            string scheme = value.Contains("://", StringComparison.Ordinal) ? "without a scheme, " : "";
            context.Problem(text, $"`listen`: {text.Shown} has no port between 0 and 65535; {scheme}{Forms}");
            return null;
        }

        if (host.Length == 0)
            return Place(ListenForm.AnyAddress, null);

        if (host is "localhost")
        {
            // Two sockets share the number, and the system chooses only one at a time.
            if (port != 0)
                return Place(ListenForm.Localhost, null);

            context.Problem(text, "`listen`: `localhost` needs a port other than 0; `127.0.0.1:0` lets the system choose one");
            return null;
        }

        if (TryParseAddress(host, out IPAddress? address))
            return Place(ListenForm.Address, address);

        context.Problem(text, $"`listen`: {text.Shown} does not start with an IP address or `localhost`; {Forms}");
        return null;

        ListenDocument Place(ListenForm form, IPAddress? at) => new(form, at, port, null, text.Written, text.Line, text.Column);
    }

    private static ListenDocument? ParseUnix(ReadingContext context, TextValue text, string path)
    {
        int bytes = Encoding.UTF8.GetByteCount(path);
        if (Path.IsPathRooted(path) && bytes <= UnixPathBytesMax && !path.EndsWith('/'))
            return new ListenDocument(ListenForm.Unix, null, 0, path, text.Written, text.Line, text.Column);

        context.Problem(text, $"`listen`: after `unix:` comes an absolute path of at most {UnixPathBytesMax} bytes, "
            + "such as `unix:/run/fast.sock`");
        return null;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;

    // IPAddress alone would also take "1" for 0.0.0.1 and leave the colons of an IPv6 address ambiguous.
    private static bool TryParseAddress(string host, out IPAddress? address)
    {
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out address))
            return false;

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? bracketed
            : !bracketed && string.Equals(address.ToString(), host, StringComparison.Ordinal);
    }

    /// <summary>Reads the certificate of the TCP listeners.</summary>
    /// <param name="context">Where problems go.</param>
    /// <param name="key">The name <c>tls</c>, to point at.</param>
    /// <param name="node">Its value.</param>
    public static TlsDocument? ReadTls(ReadingContext context, ScalarNode key, YamlNode node)
    {
        Members? members = Members.Of(context, node, "`tls`", ["cert", "key"]);
        if (members is null)
            return null;

        string? certificate = PathOf(context, members, key, "cert");
        string? privateKey = PathOf(context, members, key, "key");
        if (certificate is null || privateKey is null)
            return null;

        try
        {
            using X509Certificate2 loaded = X509Certificate2.CreateFromPemFile(certificate, privateKey);
            return new TlsDocument(certificate, privateKey, key.Line, key.Column);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException || ReadingContext.ReadFault(fault) is not null)
        {
            context.Problem(key, "`tls`: `cert` and `key` are not a PEM certificate and the unencrypted PEM key that belongs to it");
            return null;
        }
    }

    private static string? PathOf(ReadingContext context, Members members, ScalarNode tls, string name)
    {
        if (!members.TryGet(name, out YamlNode? node))
        {
            context.Problem(tls, $"`tls` needs `{name}`, the path of a PEM file");
            return null;
        }

        // Whoever writes `file:` here means this file, not a file that holds the path of another.
        if (node is ScalarNode { Text: var written } && written.StartsWith("file:", StringComparison.Ordinal))
        {
            context.Problem(node, $"`{name}` is itself a path; write it without `file:`");
            return null;
        }

        if (!context.TryText(node, $"`{name}`", out TextValue text))
            return null;

        string path = context.FullPath(text.Value);
        if (File.Exists(path))
            return path;

        context.Problem(text, $"`{name}`: there is no file {text.Shown}");
        return null;
    }
}

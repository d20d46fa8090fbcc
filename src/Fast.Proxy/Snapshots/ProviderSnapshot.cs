using System;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Upstream;

namespace Fast.Proxy.Snapshots;

/// <summary>One provider: where it is and what every request to it carries.</summary>
public sealed class ProviderSnapshot
{
    private byte[][] _fieldNames = [];

    /// <summary>The operator's name for it, as in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The base address, without a trailing slash.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The address of each carried endpoint, by <see cref="Dialects.Endpoint.Index"/>.</summary>
    public required IReadOnlyList<Uri> Addresses
    {
        get;
        init
        {
            field = value;
            RequestStarts = new byte[value.Count][];
            for (int i = 0; i < RequestStarts.Length; i++)
                RequestStarts[i] = Encoding.ASCII.GetBytes($"POST {value[i].PathAndQuery}");
            string port = value[0].IsDefaultPort ? "" : $":{value[0].Port}";
            string host = value[0].HostNameType == UriHostNameType.IPv6 ? value[0].Host : value[0].IdnHost;
            HostLine = Encoding.ASCII.GetBytes($"Host: {host}{port}\r\n");
        }
    }

    /// <summary>Headers that go with every request: the credential and what the operator added.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers
    {
        get;
        init
        {
            field = value;
            _fieldNames = new byte[value.Count][];
            StringBuilder lines = new();
            for (int i = 0; i < _fieldNames.Length; i++)
            {
                _fieldNames[i] = Encoding.Latin1.GetBytes(value[i].Key);
                lines.Append(value[i].Key).Append(": ").Append(value[i].Value).Append("\r\n");
            }

            FieldLines = Encoding.Latin1.GetBytes(lines.ToString());
        }
    }

    /// <summary>The pooled way there. It survives a reload that does not change the provider's address.</summary>
    public required UpstreamTransport Transport { get; init; }

    /// <summary>HTTP version asked for: 2.0 or lower over TLS, 1.1 in plain text.</summary>
    public required Version HttpVersion { get; init; }

    /// <summary>What is learned of requests that name no model.</summary>
    internal ModelState Unnamed => field ??= new ModelState(Name, "");

    /// <summary>Whether it takes <c>stream_options</c>, by which a stream is asked to end with its usage.</summary>
    public bool TakesStreamOptions { get; init; } = true;

    /// <summary>Whether it calls the longest answer <c>max_completion_tokens</c>, as OpenAI does, and not <c>max_tokens</c>.</summary>
    public bool TakesMaxCompletionTokens { get; init; }

    /// <summary>How it serves requests that leave that to the project's setting; none when nobody has said.</summary>
    public ServiceTiers ServiceTier { get; init; }

    /// <summary>Tokens that it may charge for although they did not arrive any more, when a stream is given up.</summary>
    public int CancelTokens { get; init; } = CancelTokensUsual;

    /// <summary>What <see cref="CancelTokens"/> is when the operator says nothing.</summary>
    public const int CancelTokensUsual = 32;

    /// <summary>The request line of each carried endpoint up to its path's end, as it goes over the wire.</summary>
    internal byte[][] RequestStarts { get; private init; } = [];

    /// <summary>The Host field's line.</summary>
    internal byte[] HostLine { get; private init; } = [];

    /// <summary>The lines of <see cref="Headers"/>.</summary>
    internal byte[] FieldLines { get; private init; } = [];

    /// <summary>Whether the operator's headers have a field of that name, which then stands in the place of anybody else's.</summary>
    internal bool Sets(ReadOnlySpan<byte> name)
    {
        foreach (byte[] own in _fieldNames)
        {
            if (own.Length == name.Length && Ascii.EqualsIgnoreCase(own, name))
                return true;
        }

        return false;
    }
}

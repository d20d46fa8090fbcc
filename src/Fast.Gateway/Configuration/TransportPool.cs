using System;
using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Framework;
using Fast.Proxy.Upstream.Lane;

namespace Fast.Gateway.Configuration;

/// <summary>
/// The pooled connections to providers. A reload that leaves a provider's address alone keeps its warm connections; those of an
/// address that is gone empty themselves when their idle time is over.
/// </summary>
/// <param name="plain">What asks providers in plain text.</param>
internal sealed class TransportPool(HttpClientChoice plain)
{
    private readonly Dictionary<(string Provider, string BaseUrl, int ConnectMs), UpstreamTransport> _open = [];

    /// <summary>The way to a provider, opened on first use.</summary>
    public UpstreamTransport Get(string provider, string baseUrl, int connectMs)
    {
        if (!_open.TryGetValue((provider, baseUrl, connectMs), out UpstreamTransport? transport))
            _open[(provider, baseUrl, connectMs)] = transport = Open(baseUrl, connectMs);
        return transport;
    }

    private UpstreamTransport Open(string baseUrl, int connectMs)
    {
        Uri address = new(baseUrl);
        return plain == HttpClientChoice.Own && address.Scheme == Uri.UriSchemeHttp
            ? new LaneTransport(address, connectMs)
            : FrameworkTransport.Open(connectMs);
    }
}

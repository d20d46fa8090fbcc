using System.Collections.Generic;
using System.Net.Http;
using Fast.Proxy.Upstream;

namespace Fast.Gateway.Configuration;

/// <summary>
/// The pooled connections to providers. A reload that leaves a provider's address alone keeps its warm connections; those of an
/// address that is gone empty themselves when their idle time is over.
/// </summary>
internal sealed class TransportPool
{
    private readonly Dictionary<(string Provider, string BaseUrl, int ConnectMs), HttpMessageInvoker> _open = [];

    /// <summary>The way to a provider, opened on first use.</summary>
    public HttpMessageInvoker Get(string provider, string baseUrl, int connectMs)
    {
        if (!_open.TryGetValue((provider, baseUrl, connectMs), out HttpMessageInvoker? invoker))
            _open[(provider, baseUrl, connectMs)] = invoker = UpstreamTransport.Open(connectMs);
        return invoker;
    }
}

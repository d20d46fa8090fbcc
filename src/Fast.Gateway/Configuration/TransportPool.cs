using System;
using System.Collections.Generic;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Framework;
using Fast.Proxy.Upstream.Lane;

namespace Fast.Gateway.Configuration;

/// <summary>
/// The pooled connections to providers. A reload that leaves a provider's address alone keeps its warm connections; those of an
/// address that is gone are closed, the ones in use as soon as they are not.
/// </summary>
/// <param name="plain">What asks providers in plain text.</param>
internal sealed class TransportPool(PartChoice plain)
{
    private readonly Dictionary<(string Provider, string BaseUrl, int ConnectMs), UpstreamTransport> _open = [];
    private readonly HashSet<(string Provider, string BaseUrl, int ConnectMs)> _used = [];

    /// <summary>Begins the next snapshot: what is not asked for from here on is not used by it.</summary>
    public void BeginSnapshot() => _used.Clear();

    /// <summary>The way to a provider, opened on first use.</summary>
    public UpstreamTransport Get(string provider, string baseUrl, int connectMs)
    {
        _used.Add((provider, baseUrl, connectMs));
        if (!_open.TryGetValue((provider, baseUrl, connectMs), out UpstreamTransport? transport))
            _open[(provider, baseUrl, connectMs)] = transport = Open(baseUrl, connectMs);
        return transport;
    }

    /// <summary>
    /// Lets go of what the last snapshot does not use; call it once that is the current one. Exchanges of older snapshots may go on with theirs.
    /// </summary>
    public void RetireUnused()
    {
        foreach ((var way, UpstreamTransport transport) in _open)
        {
            if (_used.Contains(way))
                continue;

            _open.Remove(way);
            transport.Retire();
        }
    }

    private UpstreamTransport Open(string baseUrl, int connectMs)
    {
        Uri address = new(baseUrl);
        return plain == PartChoice.Own && address.Scheme == Uri.UriSchemeHttp && OperatingSystem.IsLinux()
            ? new LaneTransport(address, connectMs)
            : FrameworkTransport.Open(connectMs);
    }
}

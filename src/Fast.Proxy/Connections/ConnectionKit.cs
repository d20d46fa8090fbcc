using System.Threading;
using Fast.Proxy.Accounting;
using Fast.Proxy.Policies;
using Fast.Proxy.Relay;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream.Framework;
using Microsoft.Extensions.Logging;

namespace Fast.Proxy.Connections;

/// <summary>What one connection and its exchanges share: the server's limits, counters and pools, and the connection's own deadline and token.</summary>
/// <param name="limits">What callers are granted.</param>
/// <param name="buffers">The server's byte arrays.</param>
/// <param name="bodies">The server's memory for bodies.</param>
/// <param name="counters">The server's counts.</param>
/// <param name="drain">Set when the server is shutting down.</param>
/// <param name="log">For what operators have to see; never written when all goes well.</param>
public sealed class ConnectionKit(
    ServerLimits limits, BufferPool buffers, BodyMemory bodies, ProxyCounters counters, CancellationToken drain, ILogger log)
{
    /// <summary>What callers are granted.</summary>
    public ServerLimits Limits { get; } = limits;

    /// <summary>The server's counts.</summary>
    public ProxyCounters Counters { get; } = counters;

    /// <summary>The page of metrics, when there is one.</summary>
    public MetricsDoor? Metrics { get; init; }

    internal BufferPool Buffers { get; } = buffers;

    internal BodyMemory Bodies { get; } = bodies;

    internal ILogger Log { get; } = log;

    internal Deadline Deadline { get; } = new();

    internal AbortSource Abort { get; } = new();

    internal BodyRelay Relay { get; } = new();

    /// <summary>Whether the server is shutting down: what is begun is finished, and nothing else is begun.</summary>
    internal bool IsDraining => drain.IsCancellationRequested;

    internal HeaderStrings Strings { get; } = new();

    internal LastKey LastKey { get; } = new();
}

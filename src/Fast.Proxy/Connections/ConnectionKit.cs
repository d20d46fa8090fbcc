using System;
using System.Threading;
using Fast.Proxy.Accounting;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies;
using Fast.Proxy.Relay;
using Fast.Proxy.Relay.Streams;
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
    private byte[]? _spliceScratch;

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

    internal HeldAnswer Held { get; } = new();

    internal StreamMeter Meter { get; } = new();

    /// <summary>Whether the server is shutting down: what is begun is finished, and nothing else is begun.</summary>
    internal bool IsDraining => drain.IsCancellationRequested;

    /// <summary>Set when the time is over that exchanges had to finish in.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Whether what is still under way ends now, with <see cref="Faults.Fault.GatewayStopping"/>.</summary>
    internal bool IsStopping => Stop.IsCancellationRequested;

    internal HeaderStrings Strings { get; } = new();

    internal LastKey LastKey { get; } = new();

    /// <summary>What is set aside for the exchange under way.</summary>
    internal Reservation Reservation { get; } = new();

    /// <summary>For the few bytes that are put into a request.</summary>
    internal byte[] SpliceScratch => _spliceScratch ??= new byte[LengthLimit.ScratchBytes];

    /// <summary>Leaves those bytes to whoever may still read them.</summary>
    internal void AbandonScratch() => _spliceScratch = null;

    /// <summary>The time of day.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

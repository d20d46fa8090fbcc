using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Accounting;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Relay;
using Fast.Proxy.Snapshots;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Fast.Proxy;

/// <summary>The door: connections come in here, whatever listener accepted them.</summary>
public sealed class ProxyServer : IDisposable
{
    /// <summary>How often deadlines are looked at. A timeout is late by at most this much.</summary>
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<ProxyConnection, bool> _connections = new();
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SnapshotSource _snapshots;
    private readonly ServerLimits _limits;
    private readonly ILogger _log;
    private readonly Timer _heartbeat;
    private readonly TimeProvider _clock;
    private readonly MetricsDoor? _metrics;

    /// <param name="snapshots">The configuration that is current.</param>
    /// <param name="limits">What callers are granted.</param>
    /// <param name="clock">The time of day, for answers that Fast gives itself.</param>
    /// <param name="log">For what operators have to see.</param>
    /// <param name="metrics">The page at <c>/metrics</c>; null when there is none.</param>
    public ProxyServer(SnapshotSource snapshots, ServerLimits limits, TimeProvider clock, ILogger log, MetricsDoor? metrics = null)
    {
        _snapshots = snapshots;
        _limits = limits;
        _clock = clock;
        _log = log;
        _metrics = metrics is { IsThere: true } ? metrics : null;

        // Drawn once before the first caller comes: a machine without OpenSSL has to stop here and not at the first request.
        _ = RequestId.Next();
        Bodies = new BodyMemory(limits.BodiesBytesMax);
        DateField.Set(clock.GetUtcNow());
        _heartbeat = new Timer(static state => ((ProxyServer)state!).Beat(), this, s_beat, s_beat);
    }

    /// <summary>What the server has done so far.</summary>
    public ProxyCounters Counters { get; } = new();

    /// <summary>The server's byte arrays.</summary>
    public BufferPool Buffers { get; } = new();

    /// <summary>Memory held by request bodies.</summary>
    public BodyMemory Bodies { get; }

    /// <summary>Serves one connection to its end.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        ConnectionKit kit = new(_limits, Buffers, Bodies, Counters, _drain.Token, _log) { Stop = _stop.Token, Metrics = _metrics, Clock = _clock };
        ProxyConnection caller = new(connection, kit, _snapshots, IsLocal(connection));
        bool refuse = Counters.OnConnectionOpened() > _limits.ConnectionsMax;
        _connections[caller] = true;
        if (_stop.IsCancellationRequested)
            caller.Stop();
        else if (_drain.IsCancellationRequested)
            caller.Wake();
        try
        {
            await caller.RunAsync(refuse);
        }
        finally
        {
            _connections.TryRemove(caller, out _);
            Counters.OnConnectionClosed();
        }
    }

    /// <summary>Begins to shut down: exchanges in flight are finished, idle connections are closed, readiness says no.</summary>
    public void BeginDrain()
    {
        _drain.Cancel();
        foreach ((ProxyConnection caller, _) in _connections)
            caller.Wake();
    }

    /// <summary>
    /// Ends what is still under way, each with <see cref="Faults.Fault.GatewayStopping"/>: an exchange that has not begun to answer answers
    /// with it, a stream ends with its event. What callers are too slow to take of that is up to whoever closes the connections.
    /// </summary>
    public void StopExchanges()
    {
        _stop.Cancel();

        // What is cancelled goes on where it is cancelled, and one connection must not keep the others waiting.
        foreach ((ProxyConnection caller, _) in _connections)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Stop(), caller, preferLocal: false);
    }

    /// <summary>Breaks off every connection that is left.</summary>
    public void BreakOff()
    {
        foreach ((ProxyConnection caller, _) in _connections)
            caller.BreakOff();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _heartbeat.Dispose();
        _drain.Dispose();
        _stop.Dispose();
    }

    /// <summary>Callers on this machine: those at loopback addresses, and those at Unix sockets of ours.</summary>
    private static bool IsLocal(ConnectionContext connection) =>
        connection.LocalEndPoint is UnixDomainSocketEndPoint
        || (connection.RemoteEndPoint is IPEndPoint { Address: { } caller }
            && IPAddress.IsLoopback(caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller));

    private void Beat()
    {
        DateField.Set(_clock.GetUtcNow());
        long now = Environment.TickCount64;
        foreach ((ProxyConnection caller, _) in _connections)
            caller.Check(now);
    }
}

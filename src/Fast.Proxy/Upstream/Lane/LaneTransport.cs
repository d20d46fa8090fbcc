using System;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Upstream.Lane;

/// <summary>
/// Fast's own HTTP/1.1 client for providers that are asked in plain text: a pool of connections, a request written in one piece from
/// the bytes that came in, and an answer read into the memory it leaves from. What it does not do, <see cref="Framework.FrameworkTransport"/> does.
/// </summary>
public sealed class LaneTransport : UpstreamTransport
{
    /// <summary>Most connections that are kept idle. One more is closed when its exchange is over.</summary>
    private const int IdleMax = 1024;

    /// <summary>Most connections that one exchange finds dead before it opens one. The others are swept.</summary>
    private const int DeadMax = 8;

    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(5);

    private readonly LaneConnection?[] _idle = new LaneConnection?[IdleMax];
    private readonly EndPoint _address;
    private readonly int _connectMs;
    private readonly Timer _sweep;
    private volatile bool _retired;

    /// <summary>Opens a pool.</summary>
    /// <param name="baseUrl">An <c>http:</c> address; only its host and port count.</param>
    /// <param name="connectMs">Patience for a connection, in milliseconds.</param>
    public LaneTransport(Uri baseUrl, int connectMs)
    {
        _address = IPAddress.TryParse(baseUrl.IdnHost, out IPAddress? ip)
            ? new IPEndPoint(ip, baseUrl.Port)
            : new DnsEndPoint(baseUrl.IdnHost, baseUrl.Port);
        _connectMs = connectMs;
        _sweep = new Timer(static state => ((LaneTransport)state!).Sweep(), this, s_sweep, s_sweep);
    }

    /// <summary>Connections that are kept idle now.</summary>
    public int Idle
    {
        get
        {
            int count = 0;
            foreach (ref LaneConnection? place in _idle.AsSpan())
                count += Volatile.Read(ref place) is null ? 0 : 1;
            return count;
        }
    }

    /// <inheritdoc/>
    public override void Retire()
    {
        _retired = true;
        _sweep.Dispose();

        // A connection that comes back at this moment is either seen here, or its exchange sees the mark.
        Interlocked.MemoryBarrier();
        CloseIdle();
    }

    internal override ValueTask<UpstreamResponse> SendAsync(Exchange exchange, bool anew)
    {
        LaneConnection? connection = anew ? null : TakeIdle();
        exchange.Reply.ConnectionWasNew = connection is null;
        return connection is null ? ConnectAndAskAsync(exchange) : connection.Response.AskAsync(exchange);
    }

    /// <summary>Keeps a connection for the next exchange.</summary>
    internal void Return(LaneConnection connection)
    {
        connection.IdleSinceMs = Environment.TickCount64;
        if (connection.IdleSinceMs - connection.OpenedMs < (long)Lifetime.TotalMilliseconds)
        {
            foreach (ref LaneConnection? place in _idle.AsSpan())
            {
                if (Volatile.Read(ref place) is not null || Interlocked.CompareExchange(ref place, connection, null) is not null)
                    continue;
                if (_retired)
                    CloseIdle();
                return;
            }
        }

        connection.Close();
    }

    private void CloseIdle()
    {
        foreach (ref LaneConnection? place in _idle.AsSpan())
            Interlocked.Exchange(ref place, null)?.Close();
    }

    private LaneConnection? TakeIdle()
    {
        int dead = 0;
        foreach (ref LaneConnection? place in _idle.AsSpan())
        {
            if (Volatile.Read(ref place) is null || Interlocked.Exchange(ref place, null) is not { } connection)
                continue;

            // However short it has idled: what stands behind the last answer would be taken for the next one, which is another caller's.
            if (connection.IsQuiet)
                return connection;

            // The provider has started anew, it seems: one caller does not pay for all of its connections.
            connection.Close();
            if (++dead == DeadMax)
                break;
        }

        return null;
    }

    private async ValueTask<UpstreamResponse> ConnectAndAskAsync(Exchange exchange)
    {
        LaneConnection connection = await ConnectAsync(exchange.Kit.Abort.Token);
        return await connection.Response.AskAsync(exchange);
    }

    private async ValueTask<LaneConnection> ConnectAsync(CancellationToken stopped)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        patience.CancelAfter(_connectMs);
        Socket socket = _address is IPEndPoint { AddressFamily: AddressFamily family }
            ? new Socket(family, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(_address, patience.Token);
            return new LaneConnection(this, socket);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is SocketException refused)
                throw new HttpRequestException(HttpRequestError.ConnectionError, refused.Message, refused);
            if (failure is OperationCanceledException && !stopped.IsCancellationRequested)
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was not made in time.", failure);
            throw;
        }
    }

    /// <summary>Closes what has idled too long or was closed by the provider. The places are looked at one by one: nobody waits.</summary>
    private void Sweep()
    {
        long now = Environment.TickCount64;
        foreach (ref LaneConnection? place in _idle.AsSpan())
        {
            if (Volatile.Read(ref place) is not { } seen)
                continue;
            if (now - seen.IdleSinceMs < (long)IdleTime.TotalMilliseconds && seen.IsQuiet)
                continue;

            // Only the one that was seen: another may stand there by now.
            if (Interlocked.CompareExchange(ref place, null, seen) == seen)
                seen.Close();
        }
    }
}

using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Sockets;

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
    private readonly string _host;
    private readonly int _port;
    private readonly IPEndPoint? _address;
    private readonly int _connectMs;
    private readonly Timer _sweep;
    private volatile bool _retired;

    /// <summary>Opens a pool.</summary>
    /// <param name="baseUrl">An <c>http:</c> address; only its host and port count.</param>
    /// <param name="connectMs">Patience for a connection, in milliseconds.</param>
    public LaneTransport(Uri baseUrl, int connectMs)
    {
        (_host, _port) = (baseUrl.IdnHost, baseUrl.Port);
        _address = IPAddress.TryParse(_host, out IPAddress? ip) ? new IPEndPoint(ip, _port) : null;
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

    /// <summary>Takes one that has the same poller as the caller, so that the exchange stays on one thread; or else any.</summary>
    private LaneConnection? TakeIdle()
    {
        int dead = 0;
        LaneConnection? near = SocketPoller.Here is { } here ? TakeIdle(here, ref dead) : null;
        return near is null && dead < DeadMax ? TakeIdle(null, ref dead) : near;
    }

    private LaneConnection? TakeIdle(SocketPoller? here, ref int dead)
    {
        foreach (ref LaneConnection? place in _idle.AsSpan())
        {
            if (Volatile.Read(ref place) is not { } seen || (here is not null && seen.Poller != here)
                || Interlocked.CompareExchange(ref place, null, seen) != seen)
                continue;

            // However short it has idled: what stands behind the last answer would be taken for the next one, which is another caller's.
            if (seen.IsQuiet)
                return seen;

            // The provider has started anew, it seems: one caller does not pay for all of its connections.
            seen.Close();
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
        try
        {
            return new LaneConnection(this, _address is null ? await ConnectByNameAsync(patience.Token) : await PolledSocket.ConnectAsync(_address, patience.Token));
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, refused.Message, refused);
        }
        catch (OperationCanceledException late) when (!stopped.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was not made in time.", late);
        }
    }

    /// <summary>Tries the addresses of a name, one after the other, in the order that the resolver gives.</summary>
    private async Task<PolledSocket> ConnectByNameAsync(CancellationToken stopped)
    {
        IOException? failure = null;
        foreach (IPAddress address in await Dns.GetHostAddressesAsync(_host, stopped))
        {
            try
            {
                return await PolledSocket.ConnectAsync(new IPEndPoint(address, _port), stopped);
            }
            catch (IOException refused)
            {
                failure = refused;
            }
        }

        throw failure ?? new IOException($"{_host} has no address.");
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

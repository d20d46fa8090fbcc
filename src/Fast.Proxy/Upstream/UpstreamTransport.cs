using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Upstream;

/// <summary>The pooled connections to one provider. Nothing on this way rewrites, follows, stores or unpacks anything.</summary>
public static class UpstreamTransport
{
    private static readonly HttpRequestOptionsKey<bool> s_opened = new("fast.opened");

    /// <summary>How long a connection serves before it is replaced, so that a change in DNS is noticed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may idle. Short: many model servers close theirs after 5 s, and a stale one costs a retry.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>Largest head of an answer, in KiB. A larger one is a malformed answer.</summary>
    private const int AnswerHeadKibMax = 64;

    /// <summary>Most of an abandoned answer's body that is read away to keep its connection, in bytes.</summary>
    private const int DrainBytesMax = 16 * 1024;

    /// <summary>How long that may take. A caller that went away ends its upstream within 50 ms.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromMilliseconds(25);

    /// <summary>Opens a pool.</summary>
    /// <param name="connectMs">Patience for a connection, TLS included, in milliseconds.</param>
    public static HttpMessageInvoker Open(int connectMs) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromMilliseconds(connectMs),
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = s_lifetime,
            PooledConnectionIdleTimeout = s_idle,
            MaxResponseHeadersLength = AnswerHeadKibMax,
            MaxResponseDrainSize = DrainBytesMax,
            ResponseDrainTimeout = s_drain,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Header fields are bytes to a proxy; Latin-1 keeps every one of them as it was.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        },
        disposeHandler: true);

    /// <summary>Whether a connection was opened because of this message. It may have gone out on another one that became free first.</summary>
    internal static bool OpenedFor(HttpRequestMessage message) => message.Options.TryGetValue(s_opened, out bool opened) && opened;

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        context.InitialRequestMessage.Options.Set(s_opened, true);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

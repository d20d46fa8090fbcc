using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Upstream.Framework;

/// <summary>
/// The way through the framework's own HTTP client: TLS, HTTP/2, and plain text when the configuration asks for it. Nothing on this
/// way rewrites, follows, stores or unpacks anything.
/// </summary>
public sealed class FrameworkTransport : UpstreamTransport
{
    private static readonly HttpRequestOptionsKey<bool> s_opened = new("fast.opened");

    /// <summary>Most of an abandoned answer's body that is read away to keep its connection, in bytes.</summary>
    private const int DrainBytesMax = 16 * 1024;

    /// <summary>How long that may take. A caller that went away ends its upstream within 50 ms.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromMilliseconds(25);

    private readonly HttpMessageInvoker? _last;
    private volatile HttpMessageInvoker _invoker;

    /// <summary>A way that ends with whoever made it.</summary>
    /// <param name="invoker">The client.</param>
    public FrameworkTransport(HttpMessageInvoker invoker) => _invoker = invoker;

    private FrameworkTransport(HttpMessageInvoker invoker, HttpMessageInvoker last)
        : this(invoker) => _last = last;

    /// <summary>Opens a pool.</summary>
    /// <param name="connectMs">Patience for a connection, TLS included, in milliseconds.</param>
    public static FrameworkTransport Open(int connectMs) => new(NewClient(connectMs, Lifetime), NewClient(connectMs, TimeSpan.Zero));

    /// <inheritdoc/>
    public override void Retire()
    {
        if (_last is null)
            return;

        // It lets the connections end that are in use, and closes the others.
        HttpMessageInvoker before = _invoker;
        _invoker = _last;
        before.Dispose();
    }

    private static HttpMessageInvoker NewClient(int connectMs, TimeSpan lifetime) => new(
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
            PooledConnectionLifetime = lifetime,
            PooledConnectionIdleTimeout = IdleTime,
            MaxResponseHeadersLength = AnswerHeadKibMax,
            MaxResponseDrainSize = DrainBytesMax,
            ResponseDrainTimeout = s_drain,

            // A missing intermediate certificate would be downloaded in the middle of the handshake, by the thread that polls the sockets.
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            },
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Header fields are bytes to a proxy; Latin-1 keeps every one of them as it was.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        },
        disposeHandler: true);

    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    internal override async ValueTask<UpstreamResponse> SendAsync(Exchange exchange, bool anew)
    {
        HttpRequestMessage message = FrameworkRequest.Build(exchange, exchange.Route.Provider!);
        exchange.Reply.Content = (SplicedContent)message.Content!;
        HttpMessageInvoker invoker = _invoker;
        try
        {
            return new FrameworkResponse(await invoker.SendAsync(message, exchange.Kit.Abort.Token));
        }
        catch (ObjectDisposedException) when (invoker != _invoker)
        {
            // Retired since the look: a client that is closed has not begun to send.
            return new FrameworkResponse(await _invoker.SendAsync(message, exchange.Kit.Abort.Token));
        }
        finally
        {
            // It may have gone out on another connection, one that became free first: then this errs on the side of not trying again.
            exchange.Reply.ConnectionWasNew = message.Options.TryGetValue(s_opened, out bool opened) && opened;
        }
    }

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

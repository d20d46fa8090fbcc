using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fast.Gateway.Hosting;

/// <summary>Kestrel as far as Fast uses it: sockets, TLS and connections; what HTTP they speak is the proxy's business.</summary>
internal static class Listeners
{
    /// <summary>Bytes that a connection may send ahead of what is read. More wait in the kernel.</summary>
    private const int ReadAheadBytesMax = 128 * 1024;

    /// <summary>Builds the server with its listeners, not started.</summary>
    /// <param name="document">Where to listen.</param>
    /// <param name="proxy">Where connections go.</param>
    /// <param name="certificate">What TCP listeners present; null for plain HTTP.</param>
    /// <param name="log">Where Kestrel logs to.</param>
    public static KestrelServer Build(FastDocument document, ProxyServer proxy, Certificate? certificate, ILoggerFactory log)
    {
        KestrelServerOptions options = new()
        {
            ApplicationServices = certificate is null ? new EmptyContainer() : KestrelContainer.Build(log),
        };
        foreach (ListenDocument place in document.Listen)
            Listen(options, place, one => Configure(one, proxy, place.Form == ListenForm.Unix ? null : certificate));

        // An exchange runs to its next wait on the thread that polls the sockets: handing it to another one costs more than all of
        // its work (PERF 1). What would keep that thread long leaves it: a large body (IntentStage).
        // A connection that waits keeps its buffer: without one, every 4 KiB of a large body would be waited for first (PERF 17).
        SocketTransportOptions sockets = new() { MaxReadBufferSize = ReadAheadBytesMax, UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false };
        return new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(sockets), log), log);
    }

    /// <summary>Begins to accept connections.</summary>
    /// <returns>The addresses, with the ports that the system chose.</returns>
    /// <exception cref="IOException">An address is taken or cannot be bound.</exception>
    public static async Task<IReadOnlyCollection<string>> StartAsync(KestrelServer server)
    {
        await server.StartAsync(new NoApplication(), default);
        return [.. server.Features.Get<IServerAddressesFeature>()!.Addresses];
    }

    private static void Listen(KestrelServerOptions options, ListenDocument place, Action<ListenOptions> configure)
    {
        switch (place.Form)
        {
            case ListenForm.Address:
                options.Listen(place.Address!, place.Port, configure);
                break;
            case ListenForm.Localhost:
                options.ListenLocalhost(place.Port, configure);
                break;
            case ListenForm.AnyAddress:
                options.ListenAnyIP(place.Port, configure);
                break;
            default:
                RemoveStale(place.UnixPath!);
                options.ListenUnixSocket(place.UnixPath!, configure);
                break;
        }
    }

    private static void Configure(ListenOptions listener, ProxyServer proxy, Certificate? certificate)
    {
        listener.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
            listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificate.Current) });
        listener.Run(proxy.OnConnectedAsync);
    }

    /// <summary>A socket file that a killed process left behind keeps its successor from binding; a live one is left alone.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }

    private sealed class EmptyContainer : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    /// <summary>Kestrel wants an application behind its own HTTP code, which no connection of ours reaches.</summary>
    private sealed class NoApplication : IHttpApplication<object>
    {
        public object CreateContext(Microsoft.AspNetCore.Http.Features.IFeatureCollection contextFeatures) =>
            throw new NotSupportedException();

        public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();

        public Task ProcessRequestAsync(object context) => throw new NotSupportedException();
    }
}

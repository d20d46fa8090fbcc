using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy;
using Fast.Proxy.Sockets;
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

/// <summary>
/// Where callers come in: in plain text on sockets of ours, and through Kestrel where there is TLS to be spoken or no epoll. What HTTP they
/// speak is the proxy's business in both cases.
/// </summary>
internal sealed class Listeners : IDisposable
{
    /// <summary>Bytes that a connection of Kestrel's may send ahead of what is read. More wait in the kernel.</summary>
    private const int ReadAheadBytesMax = 128 * 1024;

    private readonly List<CallerListener> _plain = [];
    private readonly List<string> _addresses = [];
    private readonly ProxyServer _proxy;
    private readonly KestrelServer? _kestrel;

    private Listeners(ProxyServer proxy, KestrelServer? kestrel)
    {
        _proxy = proxy;
        _kestrel = kestrel;
    }

    /// <summary>The addresses that are listened on, with the ports that the system chose.</summary>
    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>Binds every address, and begins to accept connections.</summary>
    /// <param name="document">Where to listen.</param>
    /// <param name="proxy">Where connections go.</param>
    /// <param name="certificate">What TCP listeners present; null for plain HTTP.</param>
    /// <param name="log">Where Kestrel logs to.</param>
    /// <exception cref="IOException">An address is taken or cannot be bound. The message begins with it, as it was written.</exception>
    public static async Task<Listeners> StartAsync(FastDocument document, ProxyServer proxy, Certificate? certificate, ILoggerFactory log)
    {
        foreach (ListenDocument place in document.Listen)
        {
            if (place.Form == ListenForm.Unix)
                RemoveStale(place);
        }

        Listeners listeners = new(proxy, BuildKestrel(document, proxy, certificate, log));
        try
        {
            foreach (ListenDocument place in document.Listen)
            {
                if (IsOurs(place, document, certificate))
                    listeners.Bind(place);
            }

            if (listeners._kestrel is { } kestrel)
                listeners._addresses.InsertRange(0, await StartAsync(kestrel, [.. document.Listen.Where(place => !IsOurs(place, document, certificate))]));
            foreach (CallerListener listener in listeners._plain)
                listener.Start();
            return listeners;
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    /// <summary>Stops accepting.</summary>
    /// <param name="breakOff">Breaks off the connections that are left.</param>
    /// <returns>Done when every connection has ended.</returns>
    public async Task StopAsync(CancellationToken breakOff)
    {
        List<Task> stopping = [];
        foreach (CallerListener listener in _plain)
            stopping.Add(listener.StopAsync());
        if (_kestrel is not null)
            stopping.Add(_kestrel.StopAsync(breakOff));
        using CancellationTokenRegistration last = breakOff.Register(_proxy.BreakOff);
        await Task.WhenAll(stopping);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CallerListener listener in _plain)
            listener.Dispose();
        _kestrel?.Dispose();
    }

    private static bool IsOurs(ListenDocument place, FastDocument document, Certificate? certificate) =>
        OperatingSystem.IsLinux() && document.Server.Sockets == PartChoice.Own && (certificate is null || place.Form == ListenForm.Unix);

    private static async Task<ICollection<string>> StartAsync(KestrelServer kestrel, List<ListenDocument> places)
    {
        ICollection<string> addresses = kestrel.Features.Get<IServerAddressesFeature>()!.Addresses;
        try
        {
            await kestrel.StartAsync(new NoApplication(), default);
            return addresses;
        }
        catch (Exception refused) when (refused is IOException or SocketException or InvalidOperationException)
        {
            // Places are bound in their order, and those that were stand in the addresses: the next one is what was refused.
            throw new IOException($"{places[Math.Min(addresses.Count, places.Count - 1)].Written}: {refused.Message}", refused);
        }
    }

    private void Bind(ListenDocument place)
    {
        try
        {
            switch (place.Form)
            {
                case ListenForm.Address:
                    Bind(new IPEndPoint(place.Address!, place.Port), name: null);
                    break;
                case ListenForm.Localhost:
                    BindLocalhost(place.Port);
                    break;
                case ListenForm.AnyAddress:
                    Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, place.Port), name: null);
                    break;
                default:
                    Bind(new UnixDomainSocketEndPoint(place.UnixPath!), $"http://unix:{place.UnixPath}");
                    break;
            }
        }
        catch (SocketException refused)
        {
            throw new IOException($"{place.Written}: {refused.Message}", refused);
        }
    }

    /// <summary>Binds both loopback addresses, or the one that this machine has.</summary>
    private void BindLocalhost(int port)
    {
        SocketException? missing = null;
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            try
            {
                _plain.Add(CallerListener.Bind(new IPEndPoint(address, port), _proxy));
            }
            catch (SocketException none)
                when (none.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported && missing is null)
            {
                missing = none;
            }
        }

        _addresses.Add($"http://localhost:{port}");
    }

    private void Bind(EndPoint address, string? name)
    {
        CallerListener listener = CallerListener.Bind(address, _proxy);
        _plain.Add(listener);
        _addresses.Add(name ?? $"http://{listener.LocalEndPoint}");
    }

    private static KestrelServer? BuildKestrel(FastDocument document, ProxyServer proxy, Certificate? certificate, ILoggerFactory log)
    {
        KestrelServerOptions? options = null;
        foreach (ListenDocument place in document.Listen)
        {
            if (IsOurs(place, document, certificate))
                continue;

            options ??= new KestrelServerOptions { ApplicationServices = certificate is null ? new EmptyContainer() : KestrelContainer.Build(log) };
            Listen(options, place, one => Configure(one, proxy, place.Form == ListenForm.Unix ? null : certificate));
        }

        if (options is null)
            return null;

        // An exchange runs to its next wait on the thread that polls the sockets: handing it to another one costs more than all of
        // its work (PERF 1). What would keep that thread long leaves it: a large body (IntentStage).
        // A connection that waits keeps its buffer: without one, every 4 KiB of a large body would be waited for first (PERF 17).
        SocketTransportOptions sockets = new() { MaxReadBufferSize = ReadAheadBytesMax, UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false };
        return new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(sockets), log), log);
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
    private static void RemoveStale(ListenDocument place)
    {
        // A file with something in it is no socket, though it refuses connections as a stale one does.
        string path = place.UnixPath!;
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
            return;

        try
        {
            if (IsStale(path))
                File.Delete(path);
        }
        catch (Exception refused) when (refused is SocketException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"{place.Written}: {refused.Message}", refused);
        }
    }

    private static bool IsStale(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
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

using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Sockets;

namespace Fast.Load.Provider;

/// <summary>Listens on loopback and serves every connection on one thread.</summary>
internal sealed class ProviderServer : IDisposable
{
    private const int BacklogMax = 4096;
    private const long ErrorPauseNs = 10_000_000;

    private readonly EventLoop _loop;
    private readonly ProviderState _state;
    private LoopSocket? _listener;

    public ProviderServer(ProviderState state, int? cpu)
    {
        _state = state;
        _loop = Loads.StartLoop(cpu);
    }

    public string Address { get; private set; } = "";

    /// <summary>Listens; port 0 picks a free one. Throws <see cref="IOException"/> when the port cannot be had.</summary>
    public Task StartAsync(int port)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            int error = Listen(port);
            if (error == 0)
                started.SetResult();
            else
                started.SetException(new IOException($"Port {port} cannot be listened on: {SocketErrors.NameOf(error)}."));
        });
        return started.Task;
    }

    public void Dispose() => _loop.Dispose();

    private int Listen(int port)
    {
        _listener = LoopSocket.Create(_loop, AddressFamily.InterNetwork, out int error);
        if (_listener is null)
            return error;
        error = _listener.Bind(new IPEndPoint(IPAddress.Loopback, port), isOutgoing: false);
        error = error == 0 ? _listener.Listen(BacklogMax) : error;
        if (error != 0)
            return error;
        Address = $"http://127.0.0.1:{_listener.LocalPort()}";
        _ = AcceptAsync(_listener);
        return 0;
    }

    private async Task AcceptAsync(LoopSocket listener)
    {
        LoopDelay pause = new(_loop);
        int file;
        while ((file = await listener.AcceptAsync()) != -SocketErrors.Cancelled)
        {
            // The peer left between its connect and our accept, or there are too many connections: then some have to end first.
            if (file < 0)
                await pause.UntilAsync(LoopClock.NowNs + ErrorPauseNs);
            else
                _ = new ProviderConnection(_loop, LoopSocket.Adopt(_loop, file), _state).RunAsync();
        }
    }
}

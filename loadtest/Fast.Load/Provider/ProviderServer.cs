using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Provider;

/// <summary>Listens on loopback and gives every connection to a loop of its own.</summary>
internal sealed class ProviderServer : IDisposable
{
    private const int BacklogMax = 4096;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Recorder _recorder;
    private readonly ScriptTable _scripts = new();
    private readonly AnswerTable _answers = new();

    public ProviderServer(int port, Recorder recorder)
    {
        _recorder = recorder;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(BacklogMax);
        Address = $"http://{_listener.LocalEndPoint}";
    }

    public string Address { get; }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer left between its connect and our accept.
                continue;
            }
            socket.NoDelay = true;
            _ = new ProviderConnection(socket, _recorder, _scripts, _answers).RunAsync();
        }
    }

    public void Dispose() => _listener.Dispose();
}

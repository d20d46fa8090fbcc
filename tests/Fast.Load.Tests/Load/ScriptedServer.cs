using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Tests.Load;

/// <summary>Answers each request with bytes of the test's choice, after whatever the test waits for.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<int, Task<string?>> _answer;

    // What waits for ever is reachable from nowhere else: the collector would close a connection whose answer never comes.
    private readonly ConcurrentBag<Socket> _sockets = [];

    private int _requests;

    /// <summary>The answer to request number n, from zero; null closes the connection after it.</summary>
    public ScriptedServer(Func<int, Task<string?>> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(100);
        _ = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public int Connections => _sockets.Count;

    public static string Ok(string body = "hello") => $"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        _sockets.Add(socket);
        using Socket owned = socket;
        socket.NoDelay = true;
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                string? answer = await _answer(Interlocked.Increment(ref _requests) - 1);
                if (answer is null)
                    return;
                await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }
}

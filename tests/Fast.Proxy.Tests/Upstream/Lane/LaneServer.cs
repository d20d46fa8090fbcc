using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>A provider on a real socket, which says byte for byte what the test tells it.</summary>
internal sealed class LaneServer : IDisposable
{
    /// <summary>No wait of a test is longer.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private readonly Socket _listener;

    /// <param name="backlog">Connections that wait to be accepted.</param>
    public LaneServer(int backlog = 512)
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            // Small, and inherited by what is accepted: a request that nobody reads soon stands still.
            ReceiveBufferSize = 32 * 1024,
        };
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public Uri BaseUrl => new($"http://{EndPoint}/");

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool HasCaller => _listener.Poll(0, SelectMode.SelectRead);

    public async Task<LanePeer> AcceptAsync() => new(await _listener.AcceptAsync().WaitAsync(WaitMax));

    public async Task<LanePeer> AcceptAsync(CancellationToken over) => new(await _listener.AcceptAsync(over));

    public void Dispose() => _listener.Dispose();
}

/// <summary>One connection at the provider.</summary>
internal sealed class LanePeer : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _window = new byte[64 * 1024];
    private byte[] _unread = [];

    public LanePeer(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>Reads one head; null when the connection ends instead.</summary>
    public async Task<string?> ReadHeadAsync()
    {
        int end;
        while ((end = _unread.AsSpan().IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
                return null;
        }

        return Take(end + 4);
    }

    /// <summary>Reads one request, head and body; null when the connection ends instead.</summary>
    public async Task<string?> ReadRequestAsync() =>
        await ReadHeadAsync() is { } head && await ReadBodyAsync(LengthOf(head)) is { } body ? head + body : null;

    /// <summary>Reads a body of so many bytes; null when the connection ends before.</summary>
    public async Task<string?> ReadBodyAsync(int length)
    {
        using MemoryStream body = new();
        while (true)
        {
            int take = Math.Min(_unread.Length, length - (int)body.Length);
            body.Write(_unread, 0, take);
            _unread = _unread[take..];
            if (body.Length == length)
                return Encoding.Latin1.GetString(body.ToArray());
            if (!await FillAsync())
                return null;
        }
    }

    /// <summary>Reads until the other side ends or breaks the connection.</summary>
    public async Task ReadToEndAsync()
    {
        while (await FillAsync())
            _unread = [];
    }

    public async Task SendAsync(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;)
            sent += await _socket.SendAsync(bytes.AsMemory(sent)).AsTask().WaitAsync(LaneServer.WaitMax);
    }

    /// <summary>Sends byte after byte, each in a segment of its own.</summary>
    public async Task DripAsync(string text)
    {
        foreach (char one in text)
        {
            await SendAsync(one.ToString());
            await Task.Yield();
        }
    }

    /// <summary>Answers and leaves the connection open.</summary>
    public Task AnswerAsync(string body, string fields = "", string status = "200 OK") =>
        SendAsync($"HTTP/1.1 {status}\r\n{fields}Content-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>Breaks the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    public static int LengthOf(string head)
    {
        const string name = "content-length: ";
        int start = head.IndexOf(name, StringComparison.OrdinalIgnoreCase) + name.Length;
        return int.Parse(head.AsSpan(start, head.IndexOf('\r', start) - start), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private async Task<bool> FillAsync()
    {
        try
        {
            int received = await _socket.ReceiveAsync(_window).WaitAsync(LaneServer.WaitMax);
            _unread = [.. _unread, .. _window.AsSpan(0, received)];
            return received > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Take(int count)
    {
        string taken = Encoding.Latin1.GetString(_unread, 0, count);
        _unread = _unread[count..];
        return taken;
    }
}

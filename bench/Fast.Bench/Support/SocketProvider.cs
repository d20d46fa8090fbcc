using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Fast.Bench.Support;

/// <summary>A provider on a loopback socket that answers one connection after another from memory. Its threads block and allocate nothing.</summary>
internal sealed class SocketProvider : IDisposable
{
    private const int RequestBytesMax = 16 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _answer;

    public SocketProvider(byte[] body)
    {
        StringBuilder head = new("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
        foreach ((string name, string value) in Samples.AnswerFields)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("Content-Length: ").Append(body.Length).Append("\r\n\r\n");
        _answer = [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];

        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "provider" }.Start();
    }

    /// <summary>The base URL.</summary>
    public string BaseUrl => $"http://{_listener.LocalEndPoint}/v1";

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.Accept();
                connection.NoDelay = true;
                new Thread(() => Serve(connection)) { IsBackground = true, Name = "provider" }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed of: nobody asks any more.
        }
        catch (ObjectDisposedException)
        {
            // The same, seen a moment later.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            byte[] buffer = new byte[RequestBytesMax];
            int length = 0;
            try
            {
                while (connection.Receive(buffer.AsSpan(length)) is > 0 and int read)
                {
                    length += read;
                    if (!IsWhole(buffer.AsSpan(0, length)))
                        continue;
                    connection.Send(_answer);
                    length = 0;
                }
            }
            catch (SocketException)
            {
                // The other side is gone, and with it whoever measured.
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        int head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;

        int field = request.IndexOf("Content-Length: "u8);
        ReadOnlySpan<byte> value = request[(field + "Content-Length: ".Length)..];
        if (field < 0 || !System.Buffers.Text.Utf8Parser.TryParse(value, out int body, out _))
            throw new InvalidOperationException("The request does not say its length.");
        return request.Length == head + "\r\n\r\n".Length + body;
    }
}

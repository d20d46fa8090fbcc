using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Fast.EndToEnd.Tests.Processes;

/// <summary>A bare connection: what is sent and received is exactly what the test says and sees. Text is Latin-1.</summary>
public sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan s_readMax = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _unread = "";

    private RawConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    public static Task<RawConnection> OpenAsync(string url)
    {
        Uri address = new(url);
        return ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port), ProtocolType.Tcp);
    }

    /// <summary>The next connection that somebody makes: then the test is the peer.</summary>
    public static async Task<RawConnection> AcceptAsync(TcpListener listener)
    {
        Socket socket = await listener.AcceptSocketAsync().WaitAsync(s_readMax);
        return new RawConnection(socket, new NetworkStream(socket));
    }

    /// <summary>Connects to a Unix-domain socket.</summary>
    public static Task<RawConnection> OpenUnixAsync(string path) => ConnectAsync(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified);

    /// <summary>Connects with TLS, offering the protocols and trusting only the certificate with that thumbprint.</summary>
    public static async Task<RawConnection> OpenTlsAsync(string url, string thumbprint, SslApplicationProtocol protocol)
    {
        RawConnection plain = await OpenAsync(url);
        SslStream secure = new(plain._stream);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [protocol],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == thumbprint,
        });
        return new RawConnection(plain._socket, secure);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Says that nothing more will be sent, and goes on reading.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection off: the peer sees a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>A POST of JSON for the chat endpoint.</summary>
    public Task SendChatAsync(string body, string headers = "")
    {
        int length = Encoding.Latin1.GetByteCount(body);
        return SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
    }

    /// <summary>Everything up to and with the mark, or up to the end of the connection.</summary>
    public async Task<string> ReadToAsync(string mark)
    {
        while (!_unread.Contains(mark, StringComparison.Ordinal) && await FillAsync())
        {
        }
        int at = _unread.IndexOf(mark, StringComparison.Ordinal);
        return Take(at < 0 ? _unread.Length : at + mark.Length);
    }

    /// <summary>That many bytes, or fewer when the connection ends before.</summary>
    public async Task<string> ReadAsync(int count)
    {
        while (_unread.Length < count && await FillAsync())
        {
        }
        return Take(Math.Min(count, _unread.Length));
    }

    /// <summary>Everything until the peer ends the connection in order; an <see cref="IOException"/> when it resets it.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }
        return Take(_unread.Length);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static async Task<RawConnection> ConnectAsync(EndPoint place, ProtocolType protocol)
    {
        Socket socket = new(place.AddressFamily, SocketType.Stream, protocol);
        if (protocol == ProtocolType.Tcp)
            socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(place);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new RawConnection(socket, new NetworkStream(socket));
    }

    private string Take(int length)
    {
        string text = _unread[..length];
        _unread = _unread[length..];
        return text;
    }

    private async Task<bool> FillAsync()
    {
        int received = await _stream.ReadAsync(_buffer).AsTask().WaitAsync(s_readMax);
        _unread += Encoding.Latin1.GetString(_buffer, 0, received);
        return received > 0;
    }
}

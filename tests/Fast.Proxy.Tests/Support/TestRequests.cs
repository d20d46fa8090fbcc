using System.Text;

namespace Fast.Proxy.Tests.Support;

/// <summary>Requests as bytes.</summary>
internal static class TestRequests
{
    public const string KeyField = $"Authorization: Bearer {TestSnapshot.Key}\r\n";

    public const string Models = $"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n{KeyField}\r\n";

    /// <summary>A chat request with a good key.</summary>
    public static string Chat(string body, string fields = KeyField, string version = "HTTP/1.1") =>
        $"POST /v1/chat/completions {version}\r\nHost: localhost\r\n{fields}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}";
}

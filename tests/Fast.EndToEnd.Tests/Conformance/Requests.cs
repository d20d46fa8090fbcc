using System.Globalization;
using System.Text;
using Fast.EndToEnd.Tests.Processes;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Requests as bytes, with a good key unless a test wants another.</summary>
internal static class Requests
{
    /// <summary>A body that is answered at once.</summary>
    public const string Body = """{"model":"mock/tokens-1"}""";

    /// <summary>The field with a key that may do everything.</summary>
    public const string Key = $"Authorization: Bearer {GatewayProcess.KeyAll}\r\n";

    /// <summary>A whole request that asks for the models.</summary>
    public const string Models = $"GET /v1/models HTTP/1.1\r\nHost: test\r\n{Key}\r\n";

    /// <summary>A GET of the models with further fields and whatever follows the head.</summary>
    public static string Get(string fields = "", string behind = "") => $"GET /v1/models HTTP/1.1\r\nHost: test\r\n{Key}{fields}\r\n{behind}";

    /// <summary>The same with a request line of the test's own, without its CRLF.</summary>
    public static string Line(string line, string fields = "") => $"{line}\r\nHost: test\r\n{Key}{fields}\r\n";

    /// <summary>A POST to the chat endpoint with the test's own framing.</summary>
    public static string Post(string fields, string body) => $"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\n{Key}{fields}\r\n{body}";

    /// <summary>A POST with a body of a right Content-Length.</summary>
    public static string Chat(string body, string fields = "") => Post($"Content-Length: {Length(body)}\r\n{fields}", body);

    /// <summary>A POST with a chunked body, as the test spells the chunks.</summary>
    public static string Chunked(string chunks, string fields = "") => Post($"Transfer-Encoding: chunked\r\n{fields}", chunks);

    /// <summary>One chunk.</summary>
    public static string Chunk(string payload) => string.Create(CultureInfo.InvariantCulture, $"{payload.Length:x}\r\n{payload}\r\n");

    private static int Length(string body) => Encoding.Latin1.GetByteCount(body);
}

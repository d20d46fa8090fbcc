using System.Collections.Generic;
using System.Linq;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Lines, fields, versions and connection options of a head.</summary>
internal static class HeadRows
{
    private const string Malformed = "malformed_request";
    private const string TooLarge = "headers_too_large";

    public static IEnumerable<ConformanceRow> All => [.. Lines, .. Fields, .. Hosts, .. Versions, .. Connections];

    private static IEnumerable<ConformanceRow> Lines =>
    [
        new("LF behind the request line", $"GET /v1/models HTTP/1.1\nHost: test\r\n{Key}\r\n", 400, Malformed),
        new("LF behind a field", Get("X-A: b\n"), 400, Malformed),
        new("LF for the empty line", $"GET /v1/models HTTP/1.1\r\nHost: test\r\n{Key}\n", 400, Malformed),
        new("CR in a value", Get("X-A: b\rX-C: d\r\n"), 400, Malformed),
        new("CR behind the request line", $"GET /v1/models HTTP/1.1\r\r\nHost: test\r\n{Key}\r\n", 400, Malformed),
        new("CR before the line end of a field", Get("X-A: b\r\r\n"), 400, Malformed),
        new("a folded line", Get("X-A: b\r\n c\r\n"), 400, Malformed),
        new("a folded line with a colon", Get("X-A: b\r\n\tX-C: d\r\n"), 400, Malformed),
        new("a folded first line", Line("GET /v1/models HTTP/1.1\r\n X-A: b"), 400, Malformed),
        new("an empty line before", "\r\n" + Models, 200, Kept: true),
        new("two empty lines before", "\r\n\r\n" + Models, 400, Malformed),
        new("a space before the request line", " " + Models, 400, Malformed),
        new("two spaces in the request line", Line("GET  /v1/models HTTP/1.1"), 400, Malformed),
        new("a tab in the request line", Line("GET\t/v1/models HTTP/1.1"), 400, Malformed),
        new("a space behind the version", Line("GET /v1/models HTTP/1.1 "), 400, Malformed),
        new("no target", Line("GET HTTP/1.1"), 400, Malformed),
        new("no method", Line("/v1/models HTTP/1.1"), 400, Malformed),
        new("a method that is no token", Line("G(T /v1/models HTTP/1.1"), 400, Malformed),
        new("only an empty line's worth of dashes", "-----\r\n\r\n", 400, Malformed),
    ];

    private static IEnumerable<ConformanceRow> Fields =>
    [
        new("a space before the colon", Get("X-A : b\r\n"), 400, Malformed),
        new("a tab before the colon", Get("X-A\t: b\r\n"), 400, Malformed),
        new("a space before the colon of Content-Length", Post("Content-Length : 25\r\n", Body), 400, Malformed),
        new("a space before the colon of Transfer-Encoding", Post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400, Malformed),
        new("an empty name", Get(": b\r\n"), 400, Malformed),
        new("a field without a colon", Get("X-A\r\n"), 400, Malformed),
        new("a name with a space", Get("X A: b\r\n"), 400, Malformed),
        new("a name with a quote", Get("X\"A: b\r\n"), 400, Malformed),
        new("a name with a control character", Get("X\u0001A: b\r\n"), 400, Malformed),
        new("a name outside ASCII", Get("X-\u00e4: b\r\n"), 400, Malformed),
        new("a NUL in a value", Get("X-A: b\0c\r\n"), 400, Malformed),
        new("a control character in a value", Get("X-A: b\u0007c\r\n"), 400, Malformed),
        new("a DEL in a value", Get("X-A: b\u007fc\r\n"), 400, Malformed),
        new("a tab in a value", Get("X-A: b\tc\r\n"), 200, Kept: true),
        new("a value outside ASCII", Get("X-A: gr\u00fc\u00df\u00ff\r\n"), 200, Kept: true),
        new("an empty value", Get("X-A:\r\n"), 200, Kept: true),
        new("a value without a space", Get("X-A:b\r\n"), 200, Kept: true),
        new("a hundred fields", Get(Many(98)), 200, Kept: true),
        new("too many fields", Get(Many(99)), 431, TooLarge),
        new("a field that is too large", Get($"X-A: {new string('a', 33 * 1024)}\r\n"), 431, TooLarge),
        new("fields that are too large together", Get(string.Concat(Enumerable.Repeat($"X-A: {new string('a', 1000)}\r\n", 40))), 431, TooLarge),
    ];

    private static IEnumerable<ConformanceRow> Hosts =>
    [
        new("no Host", $"GET /v1/models HTTP/1.1\r\n{Key}\r\n", 400, Malformed),
        new("two Hosts", Get("Host: other\r\n"), 400, Malformed),
        new("the same Host twice", Get("host: test\r\n"), 400, Malformed),
        new("an empty Host", $"GET /v1/models HTTP/1.1\r\nHost:\r\n{Key}\r\n", 200, Kept: true),
        new("a Host with a space", $"GET /v1/models HTTP/1.1\r\nHost: a b\r\n{Key}\r\n", 400, Malformed),
        new("a Host with a user", $"GET /v1/models HTTP/1.1\r\nHost: a@b\r\n{Key}\r\n", 400, Malformed),
        new("two content types", Get("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), 400, Malformed),
        new("two Hosts in HTTP/1.0", $"GET /v1/models HTTP/1.0\r\nHost: a\r\nHost: b\r\n{Key}\r\n", 400, Malformed),
    ];

    private static IEnumerable<ConformanceRow> Versions =>
    [
        new("HTTP/0.9", "GET /v1/models\r\n\r\n", 505, "http_version_not_supported"),
        new("HTTP/1.0", $"GET /v1/models HTTP/1.0\r\n{Key}\r\n", 200),
        new("HTTP/1.0 with keep-alive", $"GET /v1/models HTTP/1.0\r\n{Key}Connection: Keep-Alive\r\n\r\n", 200, Kept: true),
        new("HTTP/1.2", Line("GET /v1/models HTTP/1.2"), 505, "http_version_not_supported"),
        new("HTTP/1.10", Line("GET /v1/models HTTP/1.10"), 400, Malformed),
        new("HTTP/2.0", Line("GET /v1/models HTTP/2.0"), 505, "http_version_not_supported"),
        new("http in lower case", Line("GET /v1/models http/1.1"), 505, "http_version_not_supported"),
        new("HTTPS for a version", Line("GET /v1/models HTTPS/1.1"), 400, Malformed),
        new("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_not_supported"),
        new("a TLS handshake on a plain port", ClientHello(), 400, Malformed),
    ];

    private static IEnumerable<ConformanceRow> Connections =>
    [
        new("Connection: close", Get("Connection: close\r\n"), 200),
        new("Connection: CLOSE", Get("Connection: CLOSE\r\n"), 200),
        new("close among other options", Get("Connection: keep-alive, close\r\n"), 200),
        new("close in a second field", Get("Connection: x-a\r\nConnection: close\r\n"), 200),
        new("an upgrade that nobody takes", Get("Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"), 200, Kept: true),
        new("an unknown expectation", Get("Expect: the-unexpected\r\n"), 417, "expectation_failed", Kept: true),
        new("an unknown expectation with a body", Chat(Body, "Expect: 200-ok\r\n"), 417, "expectation_failed", Kept: true),
    ];

    private static string Many(int count) => string.Concat(Enumerable.Range(0, count).Select(static i => $"X-{i}: a\r\n"));

    /// <summary>A record of the TLS handshake with a ClientHello, as long as one is, and no line feed among its random bytes.</summary>
    private static string ClientHello() =>
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + new string('\u00a7', 500);
}

using System.Collections.Generic;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Targets and methods.</summary>
internal static class TargetRows
{
    private const string Malformed = "malformed_request";
    private const string Unknown = "unknown_url";
    private const string WrongMethod = "method_not_allowed";

    public static IEnumerable<ConformanceRow> All => [.. Targets, .. Methods];

    private static IEnumerable<ConformanceRow> Targets =>
    [
        new("absolute form", Line("GET http://test/v1/models HTTP/1.1"), 200, Kept: true),
        new("absolute form with https and a port", Line("GET https://test:8443/v1/models?x=y HTTP/1.1"), 200, Kept: true),
        new("absolute form with an upper-case scheme", Line("GET HTTP://test/v1/models HTTP/1.1"), 200, Kept: true),
        new("absolute form without a path", Line("GET http://test HTTP/1.1"), 404, Unknown, Kept: true),
        new("absolute form without a path and a slash in the query", Line("GET http://test?a=/v1/models HTTP/1.1"), 404, Unknown, Kept: true),
        new("authority form", Line("CONNECT test:443 HTTP/1.1"), 404, Unknown, Kept: true),
        new("an asterisk", Line("OPTIONS * HTTP/1.1"), 404, Unknown, Kept: true),
        new("a query", Line("GET /v1/models?limit=2 HTTP/1.1"), 200, Kept: true),
        new("no /v1", Line("GET /models HTTP/1.1"), 200, Kept: true),
        new("an unknown path", Line("GET /v1/nothing HTTP/1.1"), 404, Unknown, Kept: true),
        new("the root", Line("GET / HTTP/1.1"), 404, Unknown, Kept: true),
        new("two slashes", Line("GET //v1/models HTTP/1.1"), 404, Unknown, Kept: true),
        new("a slash at the end", Line("GET /v1/models/ HTTP/1.1"), 404, Unknown, Kept: true),
        new("a path that climbs", Line("GET /v1/../v1/models HTTP/1.1"), 404, Unknown, Kept: true),
        new("a path in upper case", Line("GET /V1/MODELS HTTP/1.1"), 404, Unknown, Kept: true),
        new("a model by its name", Line("GET /v1/models/chat HTTP/1.1"), 200, Kept: true),
        new("the path of a model with an escaped slash", Line("GET /v1/models/mock%2Fok HTTP/1.1"), 200, Kept: true),
        new("a model that is not there", Line("GET /v1/models/nothing HTTP/1.1"), 404, "model_not_found", Kept: true),
        new("a model with a broken escape", Line("GET /v1/models/%zz HTTP/1.1"), 404, "model_not_found", Kept: true),
        new("a target outside ASCII", Line("GET /v1/models?\u00e4 HTTP/1.1"), 400, Malformed),
        new("a target with a NUL", Line("GET /v1/models\0 HTTP/1.1"), 400, Malformed),
        new("a target with a control character", Line("GET /v1/mod\u0001els HTTP/1.1"), 400, Malformed),
        new("a target with a space", Line("GET /v1/mod els HTTP/1.1"), 400, Malformed),
        new("a very long target", Line($"GET /v1/models?{new string('a', 40 * 1024)} HTTP/1.1"), 414, "uri_too_long"),
        new("a long target that fits", Line($"GET /v1/models?{new string('a', 8 * 1024)} HTTP/1.1"), 200, Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Methods =>
    [
        new("HEAD of the models", Line("HEAD /v1/models HTTP/1.1"), 200, Kept: true),
        new("HEAD of one model", Line("HEAD /v1/models/chat HTTP/1.1"), 200, Kept: true),
        new("HEAD of a POST path", Line("HEAD /v1/chat/completions HTTP/1.1"), 405, Kept: true),
        new("HEAD of an unknown path", Line("HEAD /nothing HTTP/1.1"), 404, Kept: true),
        new("GET of a POST path", Line("GET /v1/chat/completions HTTP/1.1"), 405, WrongMethod, Kept: true),
        new("POST to a GET path", Line("POST /v1/models HTTP/1.1", "Content-Length: 0\r\n"), 405, WrongMethod, Kept: true),
        new("TRACE", Line("TRACE /v1/models HTTP/1.1"), 405, WrongMethod, Kept: true),
        new("DELETE", Line("DELETE /v1/models/chat HTTP/1.1"), 405, WrongMethod, Kept: true),
        new("OPTIONS of a path", Line("OPTIONS /v1/chat/completions HTTP/1.1"), 405, WrongMethod, Kept: true),
        new("a method nobody knows", Line("BREW /v1/models HTTP/1.1"), 405, WrongMethod, Kept: true),
        new("a method in lower case", Line("get /v1/models HTTP/1.1"), 405, WrongMethod, Kept: true),
    ];
}

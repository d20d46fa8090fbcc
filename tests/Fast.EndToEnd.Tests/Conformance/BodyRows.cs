using System.Collections.Generic;
using Fast.EndToEnd.Tests.Processes;
using static Fast.EndToEnd.Tests.Conformance.Requests;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>Bodies and keys: what is in them, how large they are, and what happens to those that nobody reads.</summary>
internal static class BodyRows
{
    /// <summary>The largest body that the gateway of these rows takes.</summary>
    public const int BodyBytesMax = 64 * 1024;

    private const string Json = "invalid_json";
    private const string Type = "invalid_type";
    private const string Repeated = "repeated_member";
    private const int Megabyte = 1024 * 1024;

    public static IEnumerable<ConformanceRow> All => [.. Sizes, .. Texts, .. Models, .. Streams, .. Forms, .. Keys];

    private static IEnumerable<ConformanceRow> Sizes =>
    [
        new("a body at the limit", Chat(Padded(BodyBytesMax)), 200, Kept: true),
        new("a body beyond the limit that is soon read away", Chat(Padded(BodyBytesMax + 1)), 413, "body_too_large", Kept: true),
        new("a body far beyond the limit", Chat(Padded(Megabyte)), 413, "body_too_large"),
        new("a length beyond everything", Post("Content-Length: 999999999999999999\r\n", Body), 413, "body_too_large"),
        new("chunks beyond the limit", Chunked(Chunk(Padded(BodyBytesMax + 1)) + "0\r\n\r\n"), 413, "body_too_large"),
        new("one chunk that announces too much", Chunked("fffffff\r\n" + Padded(BodyBytesMax + 1)), 413, "body_too_large"),
        new("chunks at the limit", Chunked(Chunk(Padded(BodyBytesMax)) + "0\r\n\r\n"), 200, Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Texts =>
    [
        new("an empty body", Chat(""), 400, Json, Kept: true),
        new("an empty chunked body", Chunked("0\r\n\r\n"), 400, Json, Kept: true),
        new("malformed JSON", Chat("""{"model":"mock/ok","""), 400, Json, Kept: true),
        new("a comma too many", Chat("""{"model":"mock/ok",}"""), 400, Json, Kept: true),
        new("a comment", Chat("""{"model":"mock/ok"/**/}"""), 400, Json, Kept: true),
        new("something behind the object", Chat("""{"model":"mock/ok"}{}"""), 400, Json, Kept: true),
        new("a byte order mark", Chat("\u00ef\u00bb\u00bf" + Body), 400, Json, Kept: true),
        new("an array", Chat("""[{"model":"mock/ok"}]"""), 400, Json, Kept: true),
        new("a string", Chat("\"mock/ok\""), 400, Json, Kept: true),
        new("null", Chat("null"), 400, Json, Kept: true),
        new("very deep nesting", Chat($$"""{"model":"mock/ok","a":{{new string('[', 1000)}}{{new string(']', 1000)}}}"""), 400, Json, Kept: true),
        new("a compressed body", Chat("\u001f\u008b\u0008", "Content-Encoding: gzip\r\n"), 415, "content_encoding_not_supported", Kept: true),
        new("the encoding identity", Chat(Body, "Content-Encoding: identity\r\n"), 200, Kept: true),
        new("space around the JSON", Chat($" \r\n\t{Body}\n"), 200, Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Models =>
    [
        new("no model", Chat("""{"messages":[]}"""), 400, "model_required", Kept: true),
        new("a model inside something else", Chat("""{"a":{"model":"mock/ok"}}"""), 400, "model_required", Kept: true),
        new("a model of null", Chat("""{"model":null}"""), 400, "model_required", Kept: true),
        new("a model in another case", Chat("""{"Model":"mock/ok"}"""), 400, "ambiguous_member", Kept: true),
        new("a second model in another case", Chat("""{"model":"mock/ok","MODEL":"chat"}"""), 400, "ambiguous_member", Kept: true),
        new("a second model in another case, escaped", Chat("""{"model":"mock/ok","\u004dodel":"chat"}"""), 400, "ambiguous_member", Kept: true),
        new("stream with a long s", Chat("""{"model":"mock/ok","\u017ftream":true}"""), 400, "ambiguous_member", Kept: true),
        new("a list of models, with a key that has one itself",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\napi-key: " + GatewayProcess.KeyNarrow
            + "\r\nContent-Length: 37\r\n\r\n{\"model\":\"chat\",\"models\":[\"mock/ok\"]}", 403, "model_not_allowed", Kept: true),
        new("JSON that is called plain text", Chat("""{"model":"mock/tokens-1"}""", "Content-Type: text/plain\r\n"), 200, Kept: true),
        new("a form where JSON is asked for", Chat("--x--\r\n", "Content-Type: multipart/form-data; boundary=x\r\n"), 415, "json_required", Kept: true),
        new("JSON where a form is asked for", Chat("""{"model":"mock/ok"}""").Replace("chat/completions", "audio/transcriptions"), 415, "form_required", Kept: true),
        new("a number for a model", Chat("""{"model":5}"""), 400, Type, Kept: true),
        new("an object for a model", Chat("""{"model":{"id":"mock/ok"}}"""), 400, Type, Kept: true),
        new("an empty model", Chat("""{"model":""}"""), 400, Type, Kept: true),
        new("a model that is too long", Chat($$"""{"model":"mock/{{new string('a', 252)}}"}"""), 400, Type, Kept: true),
        new("a model with a lone surrogate", Chat("""{"model":"mock/\ud800"}"""), 400, Type, Kept: true),
        new("a model twice", Chat("""{"model":"mock/ok","model":"chat"}"""), 400, Repeated, Kept: true),
        new("a model twice, once escaped", Chat("""{"model":"mock/ok","mod\u0065l":"chat"}"""), 400, Repeated, Kept: true),
        new("a member's name with an escape", Chat("""{"mod\u0065l":"mock/tokens-1"}"""), 200, Kept: true),
        new("a model with an escaped slash", Chat("""{"model":"mock\/ok"}"""), 200, Kept: true),
        new("an unknown model", Chat("""{"model":"nobody"}"""), 404, "model_not_found", Kept: true),
        new("an unknown provider", Chat("""{"model":"nobody/ok"}"""), 404, "model_not_found", Kept: true),
        new("a provider without a model", Chat("""{"model":"mock/"}"""), 404, "model_not_found", Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Streams =>
    [
        new("text for stream", Chat("""{"model":"mock/ok","stream":"true"}"""), 400, Type, Kept: true),
        new("a number for stream", Chat("""{"stream":1,"model":"mock/ok"}"""), 400, Type, Kept: true),
        new("stream twice", Chat("""{"stream":true,"model":"mock/ok","stream":false}"""), 400, Repeated, Kept: true),
        new("a stream of null", Chat("""{"stream":null,"model":"mock/tokens-1"}"""), 200, Kept: true),
        new("a stream", Chat("""{"stream":true,"model":"mock/tokens-1"}"""), 200, Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Forms =>
    [
        new("a form without a boundary", Form("multipart/form-data", "--x--\r\n"), 400, "invalid_form", Kept: true),
        new("a form that is cut off", Form("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=model\r\n\r\nmock/ok"), 400, "invalid_form", Kept: true),
        new("a form with two models", Form("multipart/form-data; boundary=x", Part("mock/ok") + Part("chat") + "--x--\r\n"), 400, "invalid_form", Kept: true),
        new("a form without a model", Form("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n"), 400, "model_required", Kept: true),
        new("a form behind a preamble", Form("multipart/form-data; boundary=x", "{\"model\":\"chat\"}\r\n" + Part("mock/ok") + "--x--\r\n"), 400, "invalid_form", Kept: true),
        new("a form with a model", Form("multipart/form-data; boundary=x", Part("mock/ok") + "--x--\r\n"), 200, Kept: true),
        new("no model and two providers", Chat("""{"input":"a"}""").Replace("chat/completions", "moderations"), 400, "provider_required", Kept: true),
        new("a provider nobody configured", Chat("""{"input":"a"}""", "X-Fast-Provider: nobody\r\n").Replace("chat/completions", "moderations"), 404, "provider_not_found", Kept: true),
    ];

    private static IEnumerable<ConformanceRow> Keys =>
    [
        new("no key", Keyless(""), 401, "missing_api_key", Kept: true),
        new("an unknown key", Keyless("Authorization: Bearer sk-nobody\r\n"), 401, "invalid_api_key", Kept: true),
        new("another scheme", Keyless("Authorization: Basic dXNlcjpwYXNz\r\n"), 401, "missing_api_key", Kept: true),
        new("a scheme without a key", Keyless("Authorization: Bearer \r\n"), 401, "missing_api_key", Kept: true),
        new("a key of five kilobytes", Keyless($"x-api-key: {new string('k', 5000)}\r\n"), 401, "invalid_api_key", Kept: true),
        new("a key in x-api-key", Keyless($"x-api-key: {GatewayProcess.KeyAll}\r\n"), 200, Kept: true),
        new("a key in x-goog-api-key", Keyless($"X-GOOG-API-KEY: {GatewayProcess.KeyAll}\r\n"), 200, Kept: true),
        new("a key in api-key", Keyless($"api-key: {GatewayProcess.KeyAll}\r\n"), 200, Kept: true),
        new("a scheme in upper case", Keyless($"Authorization: BEARER  {GatewayProcess.KeyAll}\r\n"), 200, Kept: true),
        new("a model that the key may not use", Keyless($"api-key: {GatewayProcess.KeyNarrow}\r\n"), 403, "model_not_allowed", Kept: true),
        new("no key and a small body", Unread(1000), 401, "missing_api_key", Kept: true),
        new("no key and a large body", Unread(Megabyte), 401, "missing_api_key"),
        new("no key and a chunked body", $"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk(Body)}0\r\n\r\n", 401, "missing_api_key"),
        new("health without a key", "GET /health/liveliness HTTP/1.1\r\nHost: test\r\n\r\n", 200, Kept: true),
    ];

    private static string Padded(int length) => Body[..^1] + new string(' ', length - Body.Length) + "}";

    private static string Form(string type, string body) => Chat(body, $"Content-Type: {type}\r\n").Replace("chat/completions", "audio/transcriptions");

    private static string Part(string model) => $"--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{model}\r\n";

    private static string Keyless(string fields) =>
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\n{fields}Content-Length: {Body.Length}\r\n\r\n{Body}";

    private static string Unread(int bytes) =>
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: test\r\nContent-Length: {bytes}\r\n\r\n{new string('x', bytes)}";
}

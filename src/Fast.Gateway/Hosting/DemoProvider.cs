using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Gateway.Hosting;

/// <summary>
/// The provider of a gateway that has none: it stands where the network would be and answers chat completions with a fixed text,
/// word by word when asked to stream. Everything before it on the road is the real thing.
/// </summary>
/// <param name="clock">For <c>created</c> and for the pace.</param>
internal sealed class DemoProvider(TimeProvider clock) : HttpMessageHandler
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(40);

    private static readonly string[] s_words =
    [
        "Hello", " from", " Fast.", " This", " answer", " is", " canned,", " but", " the", " road", " it", " took", " is", " real:",
        " set", " a", " provider's", " key", " and", " ask", " a", " model.",
    ];

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.RequestUri!.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal))
            return Json(HttpStatusCode.NotFound, Render(WriteNotFound));

        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        using JsonDocument asked = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.Json.TopLevelReader.DepthMax });
        bool stream = asked.RootElement.TryGetProperty("stream", out JsonElement member) && member.ValueKind == JsonValueKind.True;
        return stream ? Stream() : Json(HttpStatusCode.OK, Render(WriteWhole));
    }

    private HttpResponseMessage Stream()
    {
        Pipe pipe = new();
        _ = WriteStreamAsync(pipe.Writer);
        HttpResponseMessage answer = new(HttpStatusCode.OK) { Content = new StreamContent(pipe.Reader.AsStream()) };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        answer.Headers.TransferEncodingChunked = true;
        return answer;
    }

    private async Task WriteStreamAsync(PipeWriter output)
    {
        // Ends early when the caller went away: then the reader is completed, and the flush says so.
        bool taken = await WriteEventAsync(output, json => WriteDelta(json, "", null));
        for (int word = 0; taken && word < s_words.Length; word++)
        {
            await Task.Delay(s_pace, clock);
            string text = s_words[word];
            taken = await WriteEventAsync(output, json => WriteDelta(json, text, null));
        }

        if (taken && await WriteEventAsync(output, json => WriteDelta(json, null, "stop")))
            await output.WriteAsync("data: [DONE]\n\n"u8.ToArray());
        await output.CompleteAsync();
    }

    private static async Task<bool> WriteEventAsync(PipeWriter output, Action<Utf8JsonWriter> write)
    {
        output.Write("data: "u8);
        output.Write(Render(write));
        output.Write("\n\n"u8);
        return !(await output.FlushAsync()).IsCompleted;
    }

    private void WriteDelta(Utf8JsonWriter json, string? text, string? finish)
    {
        WriteOpening(json, "chat.completion.chunk");
        json.WriteStartObject("delta");
        if (text is { Length: 0 })
            json.WriteString("role", "assistant");
        if (text is not null)
            json.WriteString("content", text);
        json.WriteEndObject();
        WriteClosing(json, finish);
        json.WriteEndObject();
    }

    private void WriteWhole(Utf8JsonWriter json)
    {
        WriteOpening(json, "chat.completion");
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", string.Concat(s_words));
        json.WriteNull("refusal");
        json.WriteEndObject();
        WriteClosing(json, "stop");
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", 1);
        json.WriteNumber("completion_tokens", s_words.Length);
        json.WriteNumber("total_tokens", s_words.Length + 1);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteOpening(Utf8JsonWriter json, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", "chatcmpl-demo");
        json.WriteString("object", kind);
        json.WriteNumber("created", clock.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", "demo");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
    }

    private static void WriteClosing(Utf8JsonWriter json, string? finish)
    {
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteNotFound(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", "The demo model answers chat completions only.");
        json.WriteString("type", "invalid_request_error");
        json.WriteNull("param");
        json.WriteString("code", "unsupported_endpoint");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] Render(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
            write(json);
        return text.ToArray();
    }

    private static HttpResponseMessage Json(HttpStatusCode status, byte[] body)
    {
        HttpResponseMessage answer = new(status) { Content = new ByteArrayContent(body) };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return answer;
    }
}

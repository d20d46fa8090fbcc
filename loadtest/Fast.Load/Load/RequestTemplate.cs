using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Fast.Load.Load;

/// <summary>Requests as the OpenAI SDKs send them.</summary>
public static class RequestTemplate
{
    private const int MessageBytes = 1500;

    private static readonly string[] s_words =
    [
        "the", "a", "request", "stream", "of", "tokens", "model", "and", "then", "budget", "agent", "calls", "tool", "with", "answer",
        "to", "which", "is", "read", "before", "\"quoted\"", "line\nbreak", "0.25", "gateway", "caf\u00e9", "latency", "in", "between",
    ];

    /// <summary>
    /// The bytes of a chat completion: a conversation of about that many bytes, with the headers that an SDK sends and the given ones
    /// after them.
    /// </summary>
    public static byte[] Chat(
        string hostPort, string path, string model, int bodyBytes, bool stream, IReadOnlyList<(string, string)> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        byte[] body = Body(model, bodyBytes, stream);
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nhost: {hostPort}\r\nconnection: keep-alive\r\n");
        foreach ((string name, string value) in s_headers.Where(own => !headers.Any(given => IsSame(given.Item1, own.Item1))))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        foreach ((string name, string value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"content-length: {body.Length}\r\n\r\n");
        return [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
    }

    private static readonly (string, string)[] s_headers =
    [
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("user-agent", "OpenAI/JS 6.9.1"),
        ("x-stainless-arch", "x64"),
        ("x-stainless-lang", "js"),
        ("x-stainless-os", "Linux"),
        ("x-stainless-package-version", "6.9.1"),
        ("x-stainless-retry-count", "0"),
        ("x-stainless-runtime", "node"),
        ("x-stainless-runtime-version", "v22.19.0"),
        ("x-stainless-timeout", "600"),
        ("accept-language", "*"),
        ("sec-fetch-mode", "cors"),
        // An SDK offers gzip: here it would hide the body from the checks, and cost the load tool's CPU.
        ("accept-encoding", "identity"),
    ];

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static byte[] Body(string model, int bodyBytes, bool stream)
    {
        byte[] body = Body(model, [""], stream);
        if (body.Length >= bodyBytes)
            return body;
        // The same words every time, so that two runs send the same bytes.
        Random random = new(1);
        List<string> messages = [];
        for (int left = bodyBytes - body.Length; left > 0; left -= MessageBytes)
            messages.Add(Words(random, Math.Min(left, MessageBytes)));
        body = Body(model, messages, stream);
        // Framing and escapes made it longer than asked for: the last messages give way, and letters fill what is left.
        while (body.Length > bodyBytes && messages.Count > 1)
        {
            messages.RemoveAt(messages.Count - 1);
            body = Body(model, messages, stream);
        }
        if (body.Length > bodyBytes)
            messages[0] = "";
        body = Body(model, messages, stream);
        messages[^1] += new string('x', Math.Max(0, bodyBytes - body.Length));
        return Body(model, messages, stream);
    }

    private static string Words(Random random, int length)
    {
        StringBuilder text = new();
        while (text.Length < length)
            text.Append(s_words[random.Next(s_words.Length)]).Append(' ');
        return text.ToString(0, length);
    }

    private static byte[] Body(string model, List<string> messages, bool stream)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("messages");
            WriteMessage(json, "system", "You are a careful assistant. Answer briefly.");
            for (int index = 0; index < messages.Count; index++)
                WriteMessage(json, (messages.Count - index) % 2 == 1 ? "user" : "assistant", messages[index]);
            json.WriteEndArray();
            json.WriteNumber("temperature", 0.7);
            json.WriteNumber("max_tokens", 256);
            if (stream)
                json.WriteBoolean("stream", true);
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }
}

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
        string hostPort, string path, string model, int bodyBytes, bool stream, IReadOnlyList<(string, string)> headers) =>
        Chat(hostPort, path, new ChatQuestion(model, bodyBytes, stream), headers);

    /// <summary>The same for a question with more to say.</summary>
    public static byte[] Chat(string hostPort, string path, ChatQuestion question, IReadOnlyList<(string, string)> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(question);
        byte[] body = Body(question);
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

    private static byte[] Body(ChatQuestion question)
    {
        byte[] body = Body(question, [""]);
        if (body.Length >= question.BodyBytes)
            return body;
        // The same words every time, so that two runs send the same bytes.
        Random random = new(1);
        List<string> messages = [];
        for (int left = question.BodyBytes - body.Length; left > 0; left -= MessageBytes)
            messages.Add(Words(random, Math.Min(left, MessageBytes)));
        body = Body(question, messages);
        // Framing and escapes made it longer than asked for: the last messages give way, and letters fill what is left.
        while (body.Length > question.BodyBytes && messages.Count > 1)
        {
            messages.RemoveAt(messages.Count - 1);
            body = Body(question, messages);
        }
        if (body.Length > question.BodyBytes)
            messages[0] = "";
        body = Body(question, messages);
        messages[^1] += new string('x', Math.Max(0, question.BodyBytes - body.Length));
        return Body(question, messages);
    }

    private static string Words(Random random, int length)
    {
        StringBuilder text = new();
        while (text.Length < length)
            text.Append(s_words[random.Next(s_words.Length)]).Append(' ');
        return text.ToString(0, length);
    }

    private static byte[] Body(ChatQuestion question, List<string> messages)
    {
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("model", question.Model);
            json.WriteStartArray("messages");
            WriteMessage(json, "system", "You are a careful assistant. Answer briefly.");
            for (int index = 0; index < messages.Count; index++)
                WriteMessage(json, (messages.Count - index) % 2 == 1 ? "user" : "assistant", messages[index]);
            json.WriteEndArray();
            json.WriteNumber("temperature", 0.7);
            if (question.TokensMax > 0)
                json.WriteNumber("max_tokens", question.TokensMax);
            if (question.Stream)
                json.WriteBoolean("stream", true);
            if (question.AsksUsage)
            {
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }
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

/// <summary>What a chat request asks.</summary>
/// <param name="Model">The model.</param>
/// <param name="BodyBytes">About how long the body is, in bytes.</param>
/// <param name="Stream">Whether the answer is to be streamed.</param>
/// <param name="TokensMax">Most tokens of the answer; 0 to say nothing of it.</param>
/// <param name="AsksUsage">Whether a stream is to tell at its end what it used.</param>
public sealed record ChatQuestion(string Model, int BodyBytes, bool Stream, int TokensMax = 256, bool AsksUsage = false);

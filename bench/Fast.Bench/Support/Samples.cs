using System;
using System.Collections.Generic;
using System.Text;

namespace Fast.Bench.Support;

/// <summary>What goes over the wire in the benchmarks: the shapes that SDKs and providers send.</summary>
internal static class Samples
{
    public const string Key = "sk-bench-0123456789abcdef";

    /// <summary>The request and the answer of an ordinary small exchange, in bytes.</summary>
    public const int SmallBytes = 931;

    /// <summary>Events of a streamed answer, its end mark not counted.</summary>
    public const int StreamEvents = 30;

    /// <summary>The header fields of OpenAI's Python SDK, but for those that say where to and how long.</summary>
    public static readonly KeyValuePair<string, string>[] RequestFields =
    [
        new("Accept", "application/json"),
        new("Content-Type", "application/json"),
        new("User-Agent", "OpenAI/Python 2.15.0"),
        new("X-Stainless-Lang", "python"),
        new("X-Stainless-Package-Version", "2.15.0"),
        new("X-Stainless-OS", "Linux"),
        new("X-Stainless-Arch", "x64"),
        new("X-Stainless-Runtime", "CPython"),
        new("X-Stainless-Runtime-Version", "3.13.1"),
        new("X-Stainless-Async", "false"),
        new("x-stainless-retry-count", "0"),
        new("x-stainless-read-timeout", "600"),
    ];

    /// <summary>The header fields of an answer, but for its length.</summary>
    public static readonly KeyValuePair<string, string>[] AnswerFields =
    [
        new("Date", "Mon, 05 Jan 2026 10:00:00 GMT"),
        new("x-request-id", "req_0123456789abcdef0123456789abcdef"),
        new("openai-processing-ms", "412"),
        new("openai-version", "2020-10-01"),
        new("x-ratelimit-remaining-requests", "9999"),
        new("x-ratelimit-remaining-tokens", "1999342"),
    ];

    /// <summary>A chat request's body of exactly so many bytes: turns of about 1 KB with the escapes that text and code have.</summary>
    public static byte[] Body(int bytes, string model, bool stream)
    {
        const string Line = "The quick brown fox said \\\"jump\\\" and left; if (x < 3) { return y[0]; }\\n";
        StringBuilder json = new("""{"messages":[{"role":"system","content":"You are a helpful assistant."}""");
        string end = $$"""],"model":"{{model}}","temperature":0.2,"stream":{{(stream ? "true" : "false")}}}""";
        const string Turn = ",{\"role\":\"user\",\"content\":\"";
        int turns = Math.Max(1, bytes / 1000);
        for (int turn = 0; turn < turns; turn++)
        {
            int left = bytes - json.Length - end.Length;
            int text = (left / (turns - turn)) - Turn.Length - 2;
            json.Append(Turn);
            for (; text >= Line.Length; text -= Line.Length)
                json.Append(Line);
            json.Append('x', text).Append("\"}");
        }

        return Encoding.ASCII.GetBytes(json.Append(end).ToString());
    }

    /// <summary>A whole request, with a good key.</summary>
    public static byte[] Request(ReadOnlySpan<byte> body)
    {
        StringBuilder head = new("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n");
        foreach ((string name, string value) in RequestFields)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("Authorization: Bearer ").Append(Key).Append("\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n");
        head.Append("Content-Length: ").Append(body.Length).Append("\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
    }

    /// <summary>The body of an answer that does not stream.</summary>
    public static byte[] Answer() => """
        {"id":"chatcmpl-0123456789","object":"chat.completion","created":1767607200,"model":"gpt-5-mini-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"A gateway stands between agents and the models they ask, and should cost no more than a plain reverse proxy does.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":212,"completion_tokens":26,"total_tokens":238,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}},"service_tier":"default","system_fingerprint":"fp_0123456789"}
        """u8.ToArray();

    /// <summary>The events of a streamed answer, each as the provider writes it.</summary>
    public static byte[][] Events()
    {
        byte[][] events = new byte[StreamEvents + 1][];
        for (int i = 0; i < StreamEvents; i++)
        {
            events[i] = Encoding.ASCII.GetBytes(
                $$"""data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1767607200,"model":"gpt-5-mini-2025-08-07","service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" word{{i}}"},"logprobs":null,"finish_reason":null}]}"""
                + "\n\n");
        }

        events[StreamEvents] = "data: [DONE]\n\n"u8.ToArray();
        return events;
    }
}

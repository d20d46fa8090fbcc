using System;
using System.Buffers.Text;
using System.IO;
using System.Text;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider;

/// <summary>One rendered answer: a body, or the events of a stream, with its head ready except for the number of the request.</summary>
internal sealed class Answer
{
    // Digits of a long, and room to spare.
    private const int NumberBytesMax = 32;

    private readonly byte[] _before;
    private readonly byte[]? _chunks;
    private DeliveryPlan? _plan;

    public Answer(int status, string contentType, byte[] body, string headers = "")
        : this(status, contentType, headers)
    {
        Body = body;
        _before = Encoding.ASCII.GetBytes($"{HeadStart}content-length: {body.Length}\r\nx-request-id: req_fake_");
    }

    /// <summary>A stream: each event with the blank line that ends it.</summary>
    public Answer(byte[][] events)
        : this(200, "text/event-stream; charset=utf-8", "cache-control: no-cache\r\n")
    {
        Events = events;
        _before = Encoding.ASCII.GetBytes($"{HeadStart}transfer-encoding: chunked\r\nx-request-id: req_fake_");
        using MemoryStream after = new();
        foreach (byte[] one in events)
            after.Write(Chunk(one));
        after.Write("0\r\n\r\n"u8);
        _chunks = after.ToArray();
    }

    private Answer(int status, string contentType, string headers)
    {
        HeadStart = $"HTTP/1.1 {status} {Reason(status)}\r\ncontent-type: {contentType}\r\n{headers}"
            + "x-ratelimit-remaining-requests: 99\r\nopenai-processing-ms: 1\r\n";
        Body = [];
        _before = [];
    }

    /// <summary>Status line and headers up to what says how long the body is.</summary>
    public string HeadStart { get; }

    public byte[] Body { get; }

    public byte[][]? Events { get; }

    /// <summary>The tokens that the answer tells of.</summary>
    public Usage Usage { get; set; }

    /// <summary>True for a stream that goes on until somebody ends it.</summary>
    public bool IsEndless { get; set; }

    public int WireBytesMax => _before.Length + NumberBytesMax + (_chunks ?? Body).Length;

    /// <summary>Writes the whole answer; the target has room for <see cref="WireBytesMax"/>.</summary>
    public int Write(Span<byte> target, long number)
    {
        _before.CopyTo(target);
        int length = _before.Length;
        Utf8Formatter.TryFormat(number, target[length..], out int digits);
        length += digits;
        "\r\n\r\n"u8.CopyTo(target[length..]);
        length += 4;
        (_chunks ?? Body).CopyTo(target[length..]);
        return length + (_chunks ?? Body).Length;
    }

    /// <summary>How many tokens a stream has sent with so many of its events.</summary>
    public long TokensAfter(int events)
    {
        if (Usage.FirstTokenEvent >= 0)
            return Math.Clamp(events - Usage.FirstTokenEvent, 0, Usage.Completion);
        return events >= Events?.Length ? Usage.Completion : 0;
    }

    /// <summary>How it goes out under its script; made once for all requests that end alike.</summary>
    public DeliveryPlan PlanFor(Script script, ProviderRequest request)
    {
        if (request.IsHttp10 || request.WantsClose)
            return new DeliveryPlan(this, script, request.IsHttp10, endsConnection: true);
        return _plan ??= new DeliveryPlan(this, script, isHttp10: false, endsConnection: false);
    }

    public static byte[] Chunk(ReadOnlySpan<byte> data)
    {
        return [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}

/// <summary>
/// Tokens as an answer's usage tells of them. In a stream each event from <paramref name="FirstTokenEvent"/> on carries one; negative
/// where they do not map to events: then all of them come with the last.
/// </summary>
internal readonly record struct Usage(int Prompt, int Completion, int FirstTokenEvent);

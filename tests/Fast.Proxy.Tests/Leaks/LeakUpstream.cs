using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.Proxy.Tests.Support;

namespace Fast.Proxy.Tests.Leaks;

/// <summary>A provider that does what the model's name says.</summary>
internal sealed class LeakUpstream(TestUpstream upstream)
{
    private readonly ConcurrentQueue<TaskCompletionSource> _writers = new();

    public Task<HttpResponseMessage> AnswerAsync(TestUpstream.Asked asked)
    {
        // The first target of the name "both" always refuses.
        if (asked.Says("served by mock\""))
            return Task.FromResult(upstream.Json("{}", 503));
        if (asked.Says("served by mock2"))
            return Task.FromResult(upstream.Json("{}"));

        int start = asked.Body.IndexOf("\"model\":\"", StringComparison.Ordinal) + 9;
        string script = asked.Body[start..asked.Body.IndexOf('"', start)];
        return script switch
        {
            "ok" => Task.FromResult(upstream.Json("{}")),
            "429" or "500" or "401" => Task.FromResult(upstream.Json("{}", int.Parse(script, System.Globalization.CultureInfo.InvariantCulture))),
            "connect" => throw new HttpRequestException(HttpRequestError.ConnectionError),
            "closed" => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            "bug" => throw new InvalidOperationException("planted"),
            "hang" => asked.HangAsync(),
            "stuck" => StuckAsync(asked),
            _ => Task.FromResult(upstream.Stream(BodyOf(script))),
        };
    }

    /// <summary>Lets the writes end that outlived their attempts.</summary>
    public void ReleaseWriters()
    {
        while (_writers.TryDequeue(out TaskCompletionSource? writer))
            writer.SetResult();
    }

    private static StubStream BodyOf(string script) => script switch
    {
        "stream" => new StubStream(["data: 1\n\nda", "ta: 2\n\ndata: [DONE]\n\n"], StubEnd.Clean),
        "drop" => new StubStream(["data: 1\n\nda", "ta: 2"], StubEnd.Broken),
        "drop-long" => new StubStream(["data: 1\n\nda", new string('x', 40_000)], StubEnd.Broken),
        "drop-first" => new StubStream([], StubEnd.Broken),
        "silent" => new StubStream(["data: 1\n\nda"], StubEnd.Silent),
        "silent-first" => new StubStream([], StubEnd.Silent),
        "huge" => new StubStream(["data: 1\n\n", new string('x', 300_000), "\n\n"], StubEnd.Clean),
        _ => throw new InvalidOperationException($"No script '{script}'."),
    };

    /// <summary>Fails while the request's body is still being written, as a client does whose connection hangs.</summary>
    private Task<HttpResponseMessage> StuckAsync(TestUpstream.Asked asked)
    {
        TaskCompletionSource writer = new();
        _writers.Enqueue(writer);
        _ = asked.Message.Content!.CopyToAsync(new StuckStream(writer.Task));
        throw new HttpRequestException(HttpRequestError.ConnectionError);
    }

    private sealed class StuckStream(Task until) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, System.Threading.CancellationToken cancellationToken = default) => await until;
    }
}

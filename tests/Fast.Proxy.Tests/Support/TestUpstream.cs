using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Proxy.Tests.Support;

/// <summary>Stands where the network would be: answers as the test says, and counts what was given out and given back.</summary>
internal sealed class TestUpstream : HttpMessageHandler
{
    private int _opened;
    private int _disposed;

    /// <summary>What to answer, from the request and its body. By default an empty object.</summary>
    public Func<Asked, Task<HttpResponseMessage>> Answer { get; set; }

    public TestUpstream() => Answer = _ => Task.FromResult(Json("{}"));

    /// <summary>Every request that was asked.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Answers given out.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Answers that were disposed of.</summary>
    public int Disposed => Volatile.Read(ref _disposed);

    /// <summary>An answer with a body of known length.</summary>
    public HttpResponseMessage Json(string body, int status = 200)
    {
        HttpResponseMessage answer = Stream(new StubStream([body], StubEnd.Clean), "application/json", status);
        answer.Headers.TransferEncodingChunked = null;
        answer.Content.Headers.ContentLength = Encoding.Latin1.GetByteCount(body);
        return answer;
    }

    /// <summary>An answer whose length only its end tells, in chunks unless the test makes it another.</summary>
    public HttpResponseMessage Stream(Stream body, string type = "text/event-stream", int status = 200)
    {
        Interlocked.Increment(ref _opened);
        HttpResponseMessage answer = new TrackedResponse((HttpStatusCode)status, this) { Content = new StreamContent(body) };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        answer.Headers.TransferEncodingChunked = true;
        return answer;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await request.Content!.CopyToAsync(body, cancellationToken);
        Asked asked = new(request, Encoding.Latin1.GetString(body.ToArray()), cancellationToken);
        Requests.Enqueue(asked);
        return await Answer(asked);
    }

    /// <summary>One request as it arrived.</summary>
    internal sealed record Asked(HttpRequestMessage Message, string Body, CancellationToken Gone)
    {
        /// <summary>Never answers; ends when the asker gives up.</summary>
        public async Task<HttpResponseMessage> HangAsync()
        {
            await Task.Delay(Timeout.Infinite, Gone);
            throw new OperationCanceledException(Gone);
        }

        /// <summary>Whether the request's body holds a text.</summary>
        public bool Says(string text) => Body.Contains(text, StringComparison.Ordinal);

        /// <summary>The values of a header field, one behind the other; empty when it is not there.</summary>
        public string Field(string name) => Message.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString()
            : Message.Content!.Headers.NonValidated.TryGetValues(name, out var content) ? content.ToString() : "";
    }

    private sealed class TrackedResponse(HttpStatusCode status, TestUpstream upstream) : HttpResponseMessage(status)
    {
        private int _given;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                Interlocked.Increment(ref upstream._disposed);
            base.Dispose(disposing);
        }
    }
}

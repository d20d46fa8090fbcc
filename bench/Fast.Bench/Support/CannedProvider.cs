using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Bench.Support;

/// <summary>
/// Stands where the network would be: takes the request's body, and gives its answer when <see cref="Release"/> is called, on the thread that
/// calls it. An exchange waits for it, as for a real one, and goes on without another thread.
/// </summary>
internal sealed class CannedProvider(bool stream) : HttpMessageHandler
{
    private TaskCompletionSource<HttpResponseMessage>? _asked;

    private readonly byte[][] _pieces = stream ? Samples.Events() : [Samples.Answer()];

    /// <summary>The answer's head, and a body that comes piece by piece.</summary>
    public HttpResponseMessage Answer()
    {
        HttpResponseMessage answer = new(HttpStatusCode.OK) { Content = new StreamContent(new PieceStream(_pieces)) };
        foreach ((string name, string value) in Samples.AnswerFields)
            answer.Headers.TryAddWithoutValidation(name, value);
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", stream ? "text/event-stream" : "application/json");
        if (stream)
            answer.Headers.TransferEncodingChunked = true;
        else
            answer.Content.Headers.ContentLength = _pieces[0].Length;
        return answer;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Task sent = request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        if (!sent.IsCompletedSuccessfully)
            throw new InvalidOperationException("The body waits for something.");

        _asked = new TaskCompletionSource<HttpResponseMessage>();
        return _asked.Task;
    }

    /// <summary>Answers what was asked; whoever waits for it goes on before this returns.</summary>
    public void Release()
    {
        TaskCompletionSource<HttpResponseMessage> asked = _asked ?? throw new InvalidOperationException("Nobody has asked.");
        _asked = null;
        asked.SetResult(Answer());
    }

    private sealed class PieceStream(byte[][] pieces) : Stream
    {
        private int _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_next == pieces.Length || buffer.IsEmpty)
                return new(0);

            byte[] piece = pieces[_next++];
            piece.CopyTo(buffer);
            return new(piece.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

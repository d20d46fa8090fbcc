using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Relay;
using Fast.Proxy.Waiting;

namespace Fast.Proxy.Upstream.Framework;

/// <summary>An answer as the framework's HTTP client gives it.</summary>
/// <param name="message">The answer.</param>
internal sealed class FrameworkResponse(HttpResponseMessage message) : UpstreamResponse
{
    private readonly Stream _body = message.Content.ReadAsStream();

    // Read once: each look at the header collection makes an object.
    private readonly long _length = message.Headers.TransferEncodingChunked == true ? -1 : message.Content.Headers.ContentLength ?? -1;

    /// <inheritdoc/>
    public override int Status => (int)message.StatusCode;

    /// <inheritdoc/>
    public override string? Reason => message.ReasonPhrase;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override bool EndIsClose => message.Version.Major == 1 && _length < 0 && message.Headers.TransferEncodingChunked != true;

    /// <inheritdoc/>
    public override bool IsEventStream
    {
        get
        {
            if (!message.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values))
                return false;

            foreach (string value in values)
                return value.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
            return false;
        }
    }

    /// <inheritdoc/>
    public override bool IsEncoded => message.Content.Headers.NonValidated.Contains("Content-Encoding");

    /// <inheritdoc/>
    public override bool IsComplete => false;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(KeptVoidMethodBuilder))]
    public override async ValueTask WaitAsync(CancellationToken stopped)
    {
        int none = await _body.ReadAsync(Memory<byte>.Empty, stopped);
        Debug.Assert(none == 0, "An empty window takes nothing.");
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> window, CancellationToken stopped) => _body.ReadAsync(window, stopped);

    internal override PassedFields WriteFields(ref PipeSink sink, bool ownLimits) =>
        Write(ref sink, message.Headers.NonValidated, ownLimits) | Write(ref sink, message.Content.Headers.NonValidated, ownLimits);

    /// <inheritdoc/>
    protected override void Close() => message.Dispose();

    private static PassedFields Write(ref PipeSink sink, HttpHeadersNonValidated fields, bool ownLimits)
    {
        PassedFields passed = PassedFields.None;
        bool hasHopFields = fields.TryGetValues("Connection", out HeaderStringValues connection);
        foreach (KeyValuePair<string, HeaderStringValues> field in fields)
        {
            if (!AnswerFields.Passes(field.Key, ownLimits) || (hasHopFields && AnswerFields.IsNamed(connection, field.Key)))
                continue;

            passed |= AnswerFields.KindOf(field.Key);
            foreach (string value in field.Value)
            {
                if (!AnswerFields.IsFieldText(value))
                    continue;

                sink.WriteLatin1(field.Key);
                sink.Write(": "u8);
                sink.WriteLatin1(value);
                sink.Write("\r\n"u8);
            }
        }

        return passed;
    }
}

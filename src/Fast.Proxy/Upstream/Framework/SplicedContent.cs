using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;

namespace Fast.Proxy.Upstream.Framework;

/// <summary>
/// The body that goes upstream: parts of memory, written one behind the other. The memory is pooled and belongs to the
/// exchange, while the HTTP client may go on writing after it has given up; <see cref="TryClose"/> settles who is last.
/// </summary>
internal sealed class SplicedContent(in OutgoingSection parts) : HttpContent
{
    private const int Idle = 0;
    private const int Writing = 1;
    private const int Closed = 2;

    private readonly OutgoingSection _parts = parts;
    private int _state;

    /// <summary>Ends the right to read the parts.</summary>
    /// <returns>False when they are being read right now: then their memory must not be used for anything else.</returns>
    public bool TryClose() => Interlocked.Exchange(ref _state, Closed) != Writing;

    protected override bool TryComputeLength(out long length)
    {
        length = _parts.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, Writing, Idle) != Idle)
            throw new IOException("The attempt is over.");

        try
        {
            for (int part = 0; part < _parts.Count; part++)
                await stream.WriteAsync(_parts[part], cancellationToken);
        }
        finally
        {
            Interlocked.CompareExchange(ref _state, Idle, Writing);
        }
    }
}

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Relay;

namespace Fast.Proxy.Upstream;

/// <summary>A provider's answer: its head, and its body still to be read. Disposing of it gives its connection back, or closes it.</summary>
public abstract class UpstreamResponse : IDisposable
{
    /// <summary>HTTP status.</summary>
    public abstract int Status { get; }

    /// <summary>The status line's reason, when it has one.</summary>
    public abstract string? Reason { get; }

    /// <summary>Bytes of the body as announced; -1 when only its end tells. Chunks win over a length beside them (RFC 9112 6.3).</summary>
    public abstract long Length { get; }

    /// <summary>Whether only the end of the connection ends the body, so that a crash looks like an end.</summary>
    public abstract bool EndIsClose { get; }

    /// <summary>Whether the body is an event stream.</summary>
    public abstract bool IsEventStream { get; }

    /// <summary>Whether the body is compressed.</summary>
    public abstract bool IsEncoded { get; }

    /// <summary>Whether it is known, without another read, that all of the body was read.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Waits until there is something to read: bytes of the body, or its end. Takes nothing.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public abstract ValueTask WaitAsync(CancellationToken stopped);

    /// <summary>Reads of the body what has come.</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    /// <exception cref="IOException">The connection broke, or the body's framing did.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> window, CancellationToken stopped);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the fields that pass to the caller, a line each.</summary>
    /// <param name="sink">Where they go.</param>
    /// <param name="ownLimits">Whether the caller is told of limits of its own, and not of those of Fast's credential.</param>
    internal abstract PassedFields WriteFields(ref PipeSink sink, bool ownLimits);

    /// <summary>Gives back what the answer holds.</summary>
    protected abstract void Close();
}

/// <summary>Which of the fields that Fast would add have come from the provider.</summary>
[Flags]
internal enum PassedFields : byte
{
    None = 0,

    /// <summary><c>x-request-id</c>.</summary>
    Name = 1,

    /// <summary><c>date</c>.</summary>
    Date = 2,
}

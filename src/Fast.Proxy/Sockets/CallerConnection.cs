using System;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Fast.Proxy.Sockets;

/// <summary>A caller's connection in plain text, on a socket of ours. Its two pipes are the socket: nothing is pumped from one to the other.</summary>
internal sealed class CallerConnection : ConnectionContext, IDuplexPipe, IPeerWatcher
{
    /// <summary>
    /// What has arrived and nobody will read is received before the connection is closed, up to so many bytes: the kernel would answer it with a
    /// reset, which takes the answer along that the caller has not read yet (RFC 9112 9.6).
    /// </summary>
    private const int UnreadBytesMax = 128 * 1024;

    private readonly CancellationTokenSource _closed = new();
    private readonly PolledSocket _socket;
    private readonly CallerReader _input;
    private readonly CallerWriter _output;
    private readonly BufferPool _buffers;

    /// <param name="socket">The connection, not watched yet.</param>
    /// <param name="buffers">The server's byte arrays.</param>
    public CallerConnection(PolledSocket socket, BufferPool buffers)
    {
        _socket = socket;
        _buffers = buffers;
        _input = new CallerReader(socket, buffers);
        _output = new CallerWriter(socket, buffers);
        Transport = this;
    }

    /// <inheritdoc/>
    public PipeReader Input => _input;

    /// <inheritdoc/>
    public PipeWriter Output => _output;

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; } = "";

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = NoFeatures;

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = NoItems;

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed
    {
        get => _closed.Token;
        set => throw new NotSupportedException("It closes when it closes.");
    }

    private static FeatureCollection NoFeatures { get; } = new();

    private static Dictionary<object, object?> NoItems { get; } = [];

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _socket.Break();

    /// <inheritdoc/>
    public void OnPeerLeft() => _closed.Cancel();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _output.FlushWithoutWait();
        _input.Complete();
        _socket.EndSending();
        byte[] unread = _buffers.Rent(UnreadBytesMax / 8);
        int sum = 0;
        while (sum < UnreadBytesMax && _socket.Receive(unread) is > 0 and int received)
            sum += received;

        _buffers.Return(unread);
        _socket.Dispose();
        return base.DisposeAsync();
    }
}

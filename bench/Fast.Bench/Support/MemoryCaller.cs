using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Tasks;
using Fast.Proxy;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fast.Bench.Support;

/// <summary>
/// A proxy and a caller who keeps one connection to it, without a socket between them. Each goes on where the other stops, on the same
/// thread, so that what is measured is the road and no hand-over.
/// </summary>
internal sealed class MemoryCaller : ConnectionContext, IDuplexPipe, IDisposable
{
    private static readonly PipeOptions s_inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly Pipe _toServer = new(s_inline);
    private readonly Pipe _toCaller = new(s_inline);
    private readonly ProxyServer _server;
    private readonly Task _served;
    private readonly byte[] _request;
    private readonly byte[] _tail;

    /// <param name="snapshot">The proxy's configuration.</param>
    /// <param name="request">What is asked, again and again.</param>
    /// <param name="tail">The last bytes of an answer, by which its end is known.</param>
    public MemoryCaller(Snapshot snapshot, byte[] request, byte[] tail)
    {
        (_request, _tail) = (request, tail);
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 50_000);
        Transport = this;
        _server = new ProxyServer(new SnapshotSource(snapshot), ServerLimits.Default, TimeProvider.System, NullLogger.Instance);
        _served = _server.OnConnectedAsync(this);
    }

    public override string ConnectionId { get; set; } = "bench";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    PipeReader IDuplexPipe.Input => _toServer.Reader;

    PipeWriter IDuplexPipe.Output => _toCaller.Writer;

    /// <summary>One exchange with a provider in memory.</summary>
    /// <returns>Bytes of the answer, its head included.</returns>
    public long Ask(CannedProvider provider)
    {
        Send();
        provider.Release();
        if (_toCaller.Reader.TryRead(out ReadResult read) && IsWhole(read.Buffer))
            return Take(read.Buffer);
        throw new InvalidDataException("The answer is not there, or not whole.");
    }

    /// <summary>One exchange.</summary>
    /// <returns>Bytes of the answer, its head included.</returns>
    public async ValueTask<long> AskAsync()
    {
        Send();
        while (true)
        {
            ReadResult read = await _toCaller.Reader.ReadAsync();
            if (IsWhole(read.Buffer))
                return Take(read.Buffer);
            if (read.IsCompleted)
                throw new InvalidDataException("The answer broke off.");
            _toCaller.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Dispose()
    {
        _toServer.Writer.Complete();
        _served.GetAwaiter().GetResult();
        _server.Dispose();
    }

    private void Send()
    {
        _toServer.Writer.Write(_request);
        Now.Of(_toServer.Writer.FlushAsync());
    }

    private bool IsWhole(in ReadOnlySequence<byte> answer)
    {
        if (answer.Length < _tail.Length)
            return false;

        SequenceReader<byte> end = new(answer.Slice(answer.Length - _tail.Length));
        return end.IsNext(_tail);
    }

    private long Take(in ReadOnlySequence<byte> answer)
    {
        long length = answer.Length;
        SequenceReader<byte> head = new(answer);
        if (!head.IsNext("HTTP/1.1 200 "u8))
            throw new InvalidDataException(System.Text.Encoding.Latin1.GetString(answer.ToArray()));

        _toCaller.Reader.AdvanceTo(answer.End);
        return length;
    }
}

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Fast.Proxy.Tests.Support;

/// <summary>
/// A caller's connection without a socket. It behaves as Kestrel's do: writing pauses at 64 KiB, a caller that ends its side or breaks off
/// fires the token of its end, and an abort ends both directions.
/// </summary>
internal sealed class TestConnection : ConnectionContext, IDuplexPipe
{
    private const int WriteAheadBytesMax = 64 * 1024;
    private static readonly TimeSpan s_waitMax = TimeSpan.FromSeconds(30);

    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _toCaller = new(new PipeOptions(
        pauseWriterThreshold: WriteAheadBytesMax, resumeWriterThreshold: WriteAheadBytesMax / 2, useSynchronizationContext: false));

    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _ending = new();
    private string _unread = "";
    private bool _ended;

    public TestConnection(EndPoint? caller = null)
    {
        RemoteEndPoint = caller ?? new IPEndPoint(IPAddress.Loopback, 50_000);
        ConnectionClosed = _closed.Token;
        Transport = this;
    }

    /// <summary>Ends when the server is done with the connection.</summary>
    public Task Served { get; set; } = Task.CompletedTask;

    /// <summary>Whether the server broke the connection off.</summary>
    public bool Aborted { get; private set; }

    public override string ConnectionId { get; set; } = "test";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    PipeReader IDuplexPipe.Input => _toServer.Reader;

    PipeWriter IDuplexPipe.Output => _toCaller.Writer;

    public async Task SendAsync(string text) => await _toServer.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The caller closes its connection.</summary>
    public void Leave() => End(null, null);

    /// <summary>The caller's connection is reset: what reads from it or writes to it is told so.</summary>
    public void Reset() => End(new ConnectionResetException("reset"), new System.IO.IOException("broken pipe"));

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Aborted = true;
        End(abortReason, null);
    }

    /// <summary>Reads up to and with the mark, or to the end.</summary>
    public async Task<string> ReadToAsync(string mark)
    {
        while (!_unread.Contains(mark, StringComparison.Ordinal) && await FillAsync())
        {
        }

        int at = _unread.IndexOf(mark, StringComparison.Ordinal);
        string text = at < 0 ? _unread : _unread[..(at + mark.Length)];
        _unread = _unread[text.Length..];
        return text;
    }

    /// <summary>Reads to the end of what the server writes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        string text = _unread;
        _unread = "";
        return text;
    }

    /// <summary>Waits until the server is done, and ends what it leaves open, as Kestrel does.</summary>
    public async Task ServedAsync()
    {
        await Served.WaitAsync(s_waitMax);
        await _toCaller.Writer.CompleteAsync();
    }

    private void End(Exception? toReader, Exception? toWriter)
    {
        lock (_ending)
        {
            _ended = true;
            _toServer.Writer.Complete(toReader);
            _toCaller.Reader.CancelPendingRead();
            _toCaller.Reader.Complete(toWriter);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
    }

    private async Task<bool> FillAsync()
    {
        ReadResult read;
        try
        {
            read = await _toCaller.Reader.ReadAsync().AsTask().WaitAsync(s_waitMax);
        }
        catch (InvalidOperationException)
        {
            // Ended by an abort.
            return false;
        }

        lock (_ending)
        {
            // What a broken connection still held is lost with it.
            if (_ended)
                return false;
            _unread += Encoding.Latin1.GetString(read.Buffer.ToArray());
            _toCaller.Reader.AdvanceTo(read.Buffer.End);
        }

        return !read.IsCompleted;
    }
}

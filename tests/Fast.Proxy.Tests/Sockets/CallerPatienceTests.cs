using System;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Sockets;
using Fast.Proxy.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Fast.Proxy.Tests.Sockets;

/// <summary>What a caller does not take or sends without end keeps nobody longer than it may.</summary>
public sealed class CallerPatienceTests
{
    private const string Expecting = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n" + TestRequests.KeyField + "Expect: 100-continue\r\nContent-Length: 21\r\n\r\n";

    private static readonly ServerLimits s_soon = ServerLimits.Default with { BodyTimeoutMs = 100, WriteTimeoutMs = 100 };

    /// <summary>On our sockets a flush has gone to the kernel when it is done, where a caller that reads nothing has left no room.</summary>
    [Theory]
    [InlineData("", Fault.BodyTimeout)]
    [InlineData("{\"model\":\"mock/long\"}", Fault.CallerStalled)]
    public async Task The_word_to_go_on_is_not_waited_for_without_end(string body, Fault expected)
    {
        using TestServer server = new(limits: s_soon);
        using SocketPair pair = await SocketPair.OpenAsync();
        await pair.FillAsync();
        SocketCaller caller = new(pair.Ours, server.Server);
        Task served = server.Server.OnConnectedAsync(caller);
        pair.Say(Expecting);
        if (body.Length > 0)
        {
            await pair.TakenAsync(served);
            pair.Say(body);
        }

        await served.SoonAsync();
        caller.Close();
        Assert.Equal((1, 0, 0), (server.Server.Counters.EndedWith(expected), server.Upstream.Opened, server.Server.Buffers.Outstanding));
    }

    [Fact]
    public async Task The_word_to_go_on_reaches_a_caller_that_begins_to_read()
    {
        using TestServer server = new();
        using SocketPair pair = await SocketPair.OpenAsync();
        await pair.FillAsync();
        SocketCaller caller = new(pair.Ours, server.Server);
        Task served = server.Server.OnConnectedAsync(caller);
        pair.Say(Expecting);
        await pair.TakenAsync(served);
        string read = "";
        while (!read.EndsWith("HTTP/1.1 100 Continue\r\n\r\n", StringComparison.Ordinal))
            read = Tail(read + await ReadSomeAsync(pair));
        pair.Say("{\"model\":\"mock/long\"}");
        while (!read.Contains("HTTP/1.1 200 ", StringComparison.Ordinal))
            read += await ReadSomeAsync(pair);
        pair.Peer.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await served.SoonAsync();
        caller.Close();
        Assert.Equal(0, server.Server.Buffers.Outstanding);
    }

    /// <summary>A refused caller is listened to for a second. If all of it sends as fast as it is read, others have their turn all the same.</summary>
    [Fact]
    public async Task Who_is_listened_to_after_a_refusal_does_not_keep_the_thread()
    {
        using TestServer server = new();
        EndlessCaller caller = new();
        Task served = server.Server.OnConnectedAsync(caller);
        Assert.False(served.IsCompleted);
        await served.SoonAsync();
        Assert.Equal(1, server.Server.Counters.EndedWith(Fault.MalformedHead));
    }

    private static async Task<string> ReadSomeAsync(SocketPair pair)
    {
        byte[] window = new byte[64 * 1024];
        int received = await pair.Peer.ReceiveAsync(window).SoonAsync();
        Assert.NotEqual(0, received);
        return Encoding.Latin1.GetString(window, 0, received);
    }

    private static string Tail(string text) => text[^Math.Min(64, text.Length)..];

    /// <summary>A caller's connection whose kernel's buffers the test has.</summary>
    private sealed class SocketCaller(PolledSocket socket, ProxyServer server) : Caller
    {
        private readonly CallerReader _input = new(socket, server.Buffers);
        private readonly CallerWriter _output = new(socket, server.Buffers);

        public override PipeReader Input => _input;

        public override PipeWriter Output => _output;

        public override void Abort(ConnectionAbortedException abortReason) => socket.Break();

        public void Close()
        {
            _input.Complete();
            _output.Complete();
        }
    }

    /// <summary>Sends nonsense, and always has more of it.</summary>
    private sealed class EndlessCaller : Caller
    {
        private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0));

        public override PipeReader Input { get; } = new Nonsense();

        public override PipeWriter Output => _output.Writer;

        public override void Abort(ConnectionAbortedException abortReason) => _output.Writer.Complete();
    }

    private sealed class Nonsense : PipeReader
    {
        private readonly byte[] _bytes = new byte[4096];

        public override ValueTask<ReadResult> ReadAsync(System.Threading.CancellationToken cancellationToken = default) =>
            new(new ReadResult(new System.Buffers.ReadOnlySequence<byte>(_bytes), isCanceled: false, isCompleted: false));

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private abstract class Caller : ConnectionContext, IDuplexPipe
    {
        protected Caller()
        {
            Transport = this;
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 50_000);
        }

        public abstract PipeReader Input { get; }

        public abstract PipeWriter Output { get; }

        public override IDuplexPipe Transport { get; set; }

        public override string ConnectionId { get; set; } = "";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    }
}

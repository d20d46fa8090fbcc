using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Tests.Allocations;
using Fast.Proxy.Tests.Support;
using Fast.Proxy.Upstream.Lane;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fast.Proxy.Tests.Upstream.Lane;

/// <summary>What a whole exchange over the lane allocates, in all threads of the process, its caller and its provider allocating nothing.</summary>
[Collection(nameof(AllocationTests))]
public sealed class LaneAllocationTests(ITestOutputHelper output)
{
    private const int WarmUp = 2_000;
    private const int Exchanges = 2_000;
    private const int Rounds = 5;
    private const int BytesPerExchangeMax = 128;

    private static readonly byte[] s_request = Encoding.Latin1.GetBytes(TestRequests.Chat(
        """{"messages":[{"role":"user","content":"hi"}],"stream":true,"model":"mock/gpt-5"}""",
        TestRequests.KeyField + "User-Agent: OpenAI/Python 2.0\r\nAccept: application/json\r\nContent-Type: application/json\r\n"));

    public static TheoryData<string, string> Answers => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}", "{\"a\":1}" },
        {
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n",
            "\r\n0\r\n\r\n"
        },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_exchange_allocates_next_to_nothing(string answer, string end)
    {
        Allocated.NeedsOptimisedBuild();
        using SteadyProvider provider = new(Encoding.Latin1.GetBytes(answer));
        TestSnapshot snapshot = new() { Places = [(provider.BaseUrl, new LaneTransport(provider.BaseUrl, 30_000))] };
        using ProxyServer server = new(new SnapshotSource(snapshot.Build()), ServerLimits.Default, TimeProvider.System, NullLogger.Instance);
        SteadyCaller caller = new();
        Task served = server.OnConnectedAsync(caller);
        byte[] mark = Encoding.Latin1.GetBytes(end);
        await Task.Run(() => caller.AskAsync(WarmUp, mark));

        // The least of several rounds: timers, the test host and the compiler allocate now and then.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Run(() => caller.AskAsync(Exchanges, mark));
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        output.WriteLine($"{least / (double)Exchanges:F1} bytes per exchange");
        Assert.InRange(least / Exchanges, 0, BytesPerExchangeMax);
        caller.Leave();
        await served.WaitAsync(LaneServer.WaitMax);
        Assert.Equal((WarmUp + (Exchanges * Rounds), 1), (server.Counters.Ended, provider.Connections));
        Assert.Equal(0, server.Buffers.Outstanding);
    }

    /// <summary>Answers every request with the same bytes, from a thread of its own that blocks.</summary>
    private sealed class SteadyProvider : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly byte[] _answer;
        private int _connections;

        public SteadyProvider(byte[] answer)
        {
            _answer = answer;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            new Thread(Serve) { IsBackground = true }.Start();
        }

        public Uri BaseUrl => new($"http://{_listener.LocalEndPoint}/");

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => _listener.Dispose();

        private void Serve()
        {
            byte[] window = new byte[8192];
            try
            {
                while (true)
                {
                    using Socket socket = _listener.Accept();
                    Interlocked.Increment(ref _connections);
                    socket.NoDelay = true;
                    int length = 0;
                    int received;
                    while ((received = socket.Receive(window.AsSpan(length))) > 0)
                    {
                        length += received;
                        if (!window.AsSpan(0, length).EndsWith("\"model\":\"gpt-5\"}"u8))
                            continue;

                        length = 0;
                        socket.Send(_answer);
                    }
                }
            }
            catch (SocketException)
            {
                // The listener is gone: the test is over.
            }
        }
    }

    /// <summary>A caller that asks the same again and again and looks only at where an answer ends.</summary>
    private sealed class SteadyCaller : ConnectionContext, IDuplexPipe
    {
        private static readonly PipeOptions s_inline = new(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

        private readonly Pipe _toServer = new(s_inline);
        private readonly Pipe _toCaller = new(s_inline);

        public SteadyCaller()
        {
            Transport = this;
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 50_000);
        }

        public override string ConnectionId { get; set; } = "steady";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; }

        PipeReader IDuplexPipe.Input => _toServer.Reader;

        PipeWriter IDuplexPipe.Output => _toCaller.Writer;

        public void Leave() => _toServer.Writer.Complete();

        public async Task AskAsync(int times, byte[] mark)
        {
            for (int i = 0; i < times; i++)
            {
                _toServer.Writer.Write(s_request);
                await _toServer.Writer.FlushAsync();
                while (true)
                {
                    ReadResult read = await _toCaller.Reader.ReadAsync();
                    bool ended = EndsWith(read.Buffer, mark);
                    if (read.IsCompleted && !ended)
                        throw new InvalidOperationException("The server has closed.");
                    _toCaller.Reader.AdvanceTo(ended ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
                    if (ended)
                        break;
                }
            }
        }

        private static bool EndsWith(in ReadOnlySequence<byte> bytes, byte[] mark)
        {
            if (bytes.Length < mark.Length)
                return false;

            Span<byte> last = stackalloc byte[64];
            last = last[..mark.Length];
            bytes.Slice(bytes.Length - mark.Length).CopyTo(last);
            return last.SequenceEqual(mark);
        }
    }
}

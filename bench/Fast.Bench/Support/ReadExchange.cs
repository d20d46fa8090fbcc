using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Net.Http;
using System.Threading;
using Fast.Proxy.Accounting;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fast.Bench.Support;

/// <summary>One exchange with its head and body read, for benchmarks of single stages.</summary>
internal sealed class ReadExchange
{
    private static readonly PipeOptions s_inline = new(
        pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly Pipe _output = new(s_inline);

    public ReadExchange(byte[] request)
    {
        Pipe input = new(s_inline);
        ServerLimits limits = ServerLimits.Default;
        ConnectionKit kit = new(
            limits, new BufferPool(), new BodyMemory(limits.BodiesBytesMax), new ProxyCounters(), CancellationToken.None, NullLogger.Instance);
        Exchange = new Exchange(input.Reader, _output.Writer, kit);
        ReadOnlySequence<byte> arrived = new(request);
        HeadReader reader = new(Exchange.Head, limits.HeadBytesMax);
        Check(reader.Take(arrived, out SequencePosition consumed) == Fault.None);
        Exchange.Begin(BenchConfiguration.With(new HttpMessageInvoker(new CannedProvider(stream: false))));
        Exchange.Body.Begin(Exchange.Head);
        input.Writer.Write(arrived.Slice(consumed).ToArray());
        Now.Of(input.Writer.FlushAsync());
        Check(Now.Of(Exchange.Body.ReadAsync()) == Fault.None);
    }

    public Exchange Exchange { get; }

    /// <summary>Takes the exchange up to its target.</summary>
    public void Travel() => Check(
        HeadStage.Run(Exchange) && AuthenticateStage.Run(Exchange) && IntentStage.RunAsync(Exchange).AsTask().GetAwaiter().GetResult()
        && AdmitStage.RunAsync(Exchange).AsTask().GetAwaiter().GetResult() && RouteStage.Run(Exchange) && RouteStage.TryNextTarget(Exchange));

    /// <summary>Takes what was written to the caller away.</summary>
    /// <returns>How many bytes it was.</returns>
    public long Drain()
    {
        Now.Of(_output.Writer.FlushAsync());
        if (!_output.Reader.TryRead(out ReadResult read))
            return 0;

        long length = read.Buffer.Length;
        _output.Reader.AdvanceTo(read.Buffer.End);
        return length;
    }

    private static void Check(bool good)
    {
        if (!good)
            throw new InvalidDataException("The exchange does not get to where it is to be measured.");
    }
}

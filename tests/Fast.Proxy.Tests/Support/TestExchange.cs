using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading;
using Fast.Proxy.Accounting;
using Fast.Proxy.Connections;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Fast.Proxy.Tests.Support;

/// <summary>One exchange with its head and body read, for tests of single stages.</summary>
internal sealed class TestExchange
{
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    public TestExchange(string request, TestSnapshot? snapshot = null, ServerLimits? limits = null)
    {
        Kit = Kits.New(limits);
        Exchange = new Exchange(_input.Reader, _output.Writer, Kit);
        Snapshot = (snapshot ?? new TestSnapshot()).Build();
        Read(request);
    }

    public ConnectionKit Kit { get; }

    public Exchange Exchange { get; }

    public Snapshot Snapshot { get; }

    /// <summary>Where answers are written to.</summary>
    public PipeReader Written => _output.Reader;

    /// <summary>Everything that was written since the last call.</summary>
    public string TakeWritten()
    {
        Now.Of(Exchange.Output.FlushAsync());
        if (!_output.Reader.TryRead(out ReadResult read))
            return "";

        string text = Encoding.Latin1.GetString(read.Buffer.ToArray());
        _output.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private void Read(string request)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        ReadOnlySequence<byte> arrived = new(bytes);
        HeadReader reader = new(Exchange.Head, Kit.Limits.HeadBytesMax);
        Assert.Equal(Fault.None, reader.Take(arrived, out SequencePosition consumed));
        Exchange.Begin(Snapshot);
        Exchange.Body.Begin(Exchange.Head);
        _input.Writer.Write(arrived.Slice(consumed).ToArray());
        Now.Of(_input.Writer.FlushAsync());
        Assert.Equal(Fault.None, Now.Of(Exchange.Body.ReadAsync()));
    }
}

/// <summary>What a connection shares with its exchanges, alone.</summary>
internal static class Kits
{
    public static ConnectionKit New(ServerLimits? limits = null)
    {
        ServerLimits granted = limits ?? ServerLimits.Default;
        return new(granted, new BufferPool(), new BodyMemory(granted.BodiesBytesMax), new ProxyCounters(), CancellationToken.None, NullLogger.Instance);
    }
}

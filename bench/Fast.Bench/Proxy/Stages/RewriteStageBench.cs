using System;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Stages;

namespace Fast.Bench.Proxy.Stages;

/// <summary>Putting the provider's name for the model into a body and writing it out, against writing the body as it came.</summary>
[MemoryDiagnoser]
public class RewriteStageBench
{
    private Exchange _exchange = null!;
    private byte[] _written = [];

    /// <summary>Bytes of the body.</summary>
    [Params(1_000, 100_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ReadExchange read = new(Samples.Request(Samples.Body(Bytes, BenchConfiguration.Model, stream: true)));
        read.Travel();
        _exchange = read.Exchange;
        _written = new byte[Bytes * 2];
    }

    [Benchmark(Baseline = true)]
    public int Copy() => Write(_exchange.Body.Bytes.Span, 0);

    [Benchmark]
    public int Splice()
    {
        RewriteStage.Run(_exchange);
        ref OutgoingSection outgoing = ref _exchange.Outgoing;
        int length = 0;
        for (int part = 0; part < outgoing.Count; part++)
            length = Write(outgoing[part].Span, length);
        return length;
    }

    private int Write(ReadOnlySpan<byte> part, int at)
    {
        part.CopyTo(_written.AsSpan(at));
        return at + part.Length;
    }
}

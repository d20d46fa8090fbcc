using System;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Relay;
using Fast.Proxy.Upstream.Framework;

namespace Fast.Bench.Proxy.Relay;

/// <summary>Writing the head of an answer, against copying one that is ready.</summary>
[MemoryDiagnoser]
public class AnswerHeadBench
{
    private ReadExchange _read = null!;
    private FrameworkResponse _response = null!;
    private byte[] _ready = [];

    [GlobalSetup]
    public void Setup()
    {
        _read = new ReadExchange(Samples.Request(Samples.Body(Samples.SmallBytes, BenchConfiguration.Model, stream: false)));
        using CannedProvider provider = new(stream: false);
        _response = new FrameworkResponse(provider.Answer());
        _ready = new byte[Provided()];
    }

    [Benchmark(Baseline = true)]
    public long Copy()
    {
        PipeWriter output = _read.Exchange.Output;
        _ready.CopyTo(output.GetSpan(_ready.Length));
        output.Advance(_ready.Length);
        return _read.Drain();
    }

    /// <summary>Of a provider's answer.</summary>
    [Benchmark]
    public long Provided()
    {
        AnswerHead.Close(_read.Exchange, AnswerHead.Open(_read.Exchange, _response), _response.Length);
        return _read.Drain();
    }

    /// <summary>Of an answer that Fast gives itself.</summary>
    [Benchmark]
    public long Own()
    {
        AnswerHead.WriteOwn(_read.Exchange, 200, 100, []);
        return _read.Drain();
    }
}

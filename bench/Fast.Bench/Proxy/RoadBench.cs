using System;
using System.Net.Http;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Tests.Support;

namespace Fast.Bench.Proxy;

/// <summary>The whole road in memory, from a caller's bytes to the answer's, against a bare exchange with the same provider.</summary>
[MemoryDiagnoser]
public class RoadBench
{
    private CannedProvider _provider = null!;
    private MemoryCaller _caller = null!;
    private BareExchange _bare = null!;

    /// <summary>Whether the answer is a stream of 30 events.</summary>
    [Params(false, true)]
    public bool Stream { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] body = Samples.Body(Samples.SmallBytes, BenchConfiguration.Model, Stream);
        byte[] tail = Stream ? "\r\n0\r\n\r\n"u8.ToArray() : Samples.Answer()[^32..];
        _provider = new CannedProvider(Stream);
        HttpMessageInvoker provider = new(_provider);
        _caller = new MemoryCaller(BenchConfiguration.With(provider), Samples.Request(body), tail);
        _bare = new BareExchange(provider, new Uri("http://demo.invalid/v1/chat/completions"), body);
    }

    [GlobalCleanup]
    public void Cleanup() => _caller.Dispose();

    [Benchmark(Baseline = true)]
    public int Bare()
    {
        ValueTask<int> running = _bare.RunAsync();
        _provider.Release();
        return Now.Of(running);
    }

    [Benchmark]
    public long Road() => _caller.Ask(_provider);
}

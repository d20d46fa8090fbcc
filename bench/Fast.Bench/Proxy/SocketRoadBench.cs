using System;
using System.Net.Http;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;

namespace Fast.Bench.Proxy;

/// <summary>
/// The road with a provider on a loopback socket and the caller in memory, against a bare exchange with the same provider: what Fast adds
/// to the client it stands on.
/// </summary>
[MemoryDiagnoser]
public class SocketRoadBench
{
    /// <summary>Exchanges behind one another in a call, so that waking whoever called counts little.</summary>
    private const int Exchanges = 8;

    private SocketProvider _provider = null!;
    private HttpMessageInvoker _invoker = null!;
    private MemoryCaller _caller = null!;
    private BareExchange _bare = null!;

    [GlobalSetup]
    public void Setup()
    {
        byte[] body = Samples.Body(Samples.SmallBytes, BenchConfiguration.Model, stream: false);
        byte[] answer = Samples.Answer();
        _provider = new SocketProvider(answer);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        _caller = new MemoryCaller(BenchConfiguration.At(_provider.BaseUrl), Samples.Request(body), answer[^32..]);
        _bare = new BareExchange(_invoker, new Uri(_provider.BaseUrl + "/chat/completions"), body);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _caller.Dispose();
        _invoker.Dispose();
        _provider.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Exchanges)]
    public async Task Bare()
    {
        for (int i = 0; i < Exchanges; i++)
            await _bare.RunAsync();
    }

    [Benchmark(OperationsPerInvoke = Exchanges)]
    public async Task Road()
    {
        for (int i = 0; i < Exchanges; i++)
            await _caller.AskAsync();
    }
}

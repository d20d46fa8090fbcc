using System;
using System.Net.Http;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Gateway.Configuration.Documents;

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
    private MemoryCaller _own = null!;
    private MemoryCaller _framework = null!;
    private BareExchange _bare = null!;

    [GlobalSetup]
    public void Setup()
    {
        byte[] body = Samples.Body(Samples.SmallBytes, BenchConfiguration.Model, stream: false);
        byte[] answer = Samples.Answer();
        _provider = new SocketProvider(answer);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        _own = Caller(PartChoice.Own, body, answer);
        _framework = Caller(PartChoice.Framework, body, answer);
        _bare = new BareExchange(_invoker, new Uri(_provider.BaseUrl + "/chat/completions"), body);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _own.Dispose();
        _framework.Dispose();
        _invoker.Dispose();
        _provider.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Exchanges)]
    public async Task Bare()
    {
        for (int i = 0; i < Exchanges; i++)
            await _bare.RunAsync();
    }

    /// <summary>Through Fast's own client.</summary>
    [Benchmark(OperationsPerInvoke = Exchanges)]
    public async Task Own()
    {
        for (int i = 0; i < Exchanges; i++)
            await _own.AskAsync();
    }

    /// <summary>Through the framework's, as over TLS.</summary>
    [Benchmark(OperationsPerInvoke = Exchanges)]
    public async Task Framework()
    {
        for (int i = 0; i < Exchanges; i++)
            await _framework.AskAsync();
    }

    private MemoryCaller Caller(PartChoice client, byte[] body, byte[] answer) =>
        new(BenchConfiguration.At(_provider.BaseUrl, client), Samples.Request(body), answer[^32..]);
}

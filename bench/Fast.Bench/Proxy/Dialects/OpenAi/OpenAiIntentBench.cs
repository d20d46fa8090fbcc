using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;

namespace Fast.Bench.Proxy.Dialects.OpenAi;

/// <summary>Reading out of a body what routing and policy need, against one plain pass of the JSON reader over the same bytes.</summary>
[MemoryDiagnoser]
public class OpenAiIntentBench
{
    private byte[] _body = [];
    private Exchange _exchange = null!;

    /// <summary>Bytes of the body.</summary>
    [Params(1_000, 10_000, 100_000, 300_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _body = Samples.Body(Bytes, BenchConfiguration.Model, stream: true);
        _exchange = new ReadExchange(Samples.Request(_body)).Exchange;
    }

    [Benchmark(Baseline = true)]
    public int PlainPass()
    {
        Utf8JsonReader reader = new(_body);
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    [Benchmark]
    public bool Read()
    {
        IntentSection intent = default;
        return OpenAiIntent.Read(_exchange.Head, _body, EndpointTable.Rows[0], ref intent, out _) == Fault.None && intent.HasModel;
    }
}

using System;
using System.Collections.Generic;
using System.Text;
using BenchmarkDotNet.Attributes;
using Fast.Bench.Support;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Stages;

namespace Fast.Bench.Proxy.Stages;

/// <summary>From a model's name in a body to its first target, against making a string of the name and asking a dictionary.</summary>
[MemoryDiagnoser]
public class RouteStageBench
{
    private readonly Exchange _named = Read(BenchConfiguration.Model);
    private readonly Exchange _direct = Read(BenchConfiguration.DirectModel);
    private readonly Dictionary<string, ModelSnapshot> _models = new(StringComparer.Ordinal);

    [GlobalSetup]
    public void Setup() => _models.Add(BenchConfiguration.Model, _named.Route.Model!);

    [Benchmark(Baseline = true)]
    public bool AskDictionary() => _models.ContainsKey(Encoding.UTF8.GetString(_named.Body.Bytes.Span[_named.Intent.Model]));

    [Benchmark]
    public bool Named() => Route(_named);

    [Benchmark]
    public bool Direct() => Route(_direct);

    private static bool Route(Exchange exchange)
    {
        exchange.Route = default;
        return RouteStage.Run(exchange) && RouteStage.TryNextTarget(exchange);
    }

    private static Exchange Read(string model)
    {
        ReadExchange read = new(Samples.Request(Samples.Body(Samples.SmallBytes, model, stream: false)));
        read.Travel();
        return read.Exchange;
    }
}

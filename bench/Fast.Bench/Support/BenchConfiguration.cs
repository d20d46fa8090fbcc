using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream.Framework;

namespace Fast.Bench.Support;

/// <summary>The configuration of the benchmarks, compiled as an operator's is: keys with a list of models, one model under a name.</summary>
internal static class BenchConfiguration
{
    /// <summary>The name that the configuration gives to a model.</summary>
    public const string Model = "demo";

    /// <summary>The same model, addressed at its provider.</summary>
    public const string DirectModel = "demo/gpt-5-mini";

    /// <summary>With a provider at an address, reached over sockets by either client.</summary>
    public static Snapshot At(string baseUrl, PartChoice client)
    {
        string yaml = $$"""
            providers:
              demo: { dialect: openai, base_url: "{{baseUrl}}", api_key: sk-of-the-provider }
            models:
              demo: [demo/gpt-5-mini]
            keys:
              - { name: other, key: sk-other-0123456789abcdef, models: ["demo/*"] }
              - { name: bench, key: {{Samples.Key}}, models: [demo, "demo/*"] }
            """;
        ConfigurationResult result = ConfigurationFile.ReadText("bench.yaml", yaml, new Dictionary<string, string>());
        return result.Document is { } document
            ? new SnapshotCompiler(new TransportPool(client), new AccountBook(), NoLedger.Instance, TimeProvider.System).Compile(document)
            : throw new InvalidDataException(string.Join("; ", result.Problems));
    }

    /// <summary>With a provider that answers from memory.</summary>
    public static Snapshot With(HttpMessageInvoker upstream)
    {
        Snapshot answered = new SnapshotCompiler(
            new TransportPool(PartChoice.Own), new AccountBook(), NoLedger.Instance, TimeProvider.System).CompileDemo(new FrameworkTransport(upstream));
        Snapshot keyed = At("http://127.0.0.1:1/v1", PartChoice.Own);
        return new Snapshot
        {
            Providers = answered.Providers,
            ProvidersByName = answered.ProvidersByName,
            Models = answered.Models,
            Keys = keyed.Keys,
            Keyless = answered.Keyless,
            Timeouts = answered.Timeouts,
            CreatedAt = answered.CreatedAt,
        };
    }
}

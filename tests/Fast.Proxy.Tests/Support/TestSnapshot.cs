using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream;
using Fast.Proxy.Upstream.Framework;
using Fast.Wire.Text;

namespace Fast.Proxy.Tests.Support;

/// <summary>
/// Builds configurations: providers <c>mock</c> and <c>mock2</c>, the names <c>chat</c> and <c>both</c>, and the two keys, unless a test
/// says otherwise.
/// </summary>
internal sealed class TestSnapshot
{
    public const string Key = "sk-all";
    public const string NarrowKey = "sk-narrow";

    public TestUpstream Upstream { get; } = new();

    public bool HasKeys { get; set; } = true;

    /// <summary>The operator's own key.</summary>
    public string? AdminKey { get; init; }

    public int Providers { get; set; } = 2;

    public TimeoutsSnapshot Timeouts { get; set; } = TimeoutsSnapshot.Default;

    /// <summary>What the policy of the first key becomes.</summary>
    public Func<KeySnapshot, KeySnapshot> Change { get; init; } = static key => key;

    /// <summary>What every model costs.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>What the models cost that are asked for by their provider's name; null for <see cref="Price"/>.</summary>
    public PriceTable? Prices { get; init; }

    /// <summary>Which targets of <c>both</c>, counted from 0, cost it. What the others cost nobody knows.</summary>
    public Predicate<int> IsPriced { get; init; } = static _ => true;

    public ILedger Ledger { get; init; } = NoLedger.Instance;

    /// <summary>How many runs are kept.</summary>
    public RunBounds Runs { get; init; } = RunBounds.Default;

    public bool TakesMaxCompletionTokens { get; init; }

    public bool TakesStreamOptions { get; init; } = true;

    /// <summary>How the providers serve requests that leave it to the project.</summary>
    public ServiceTiers ServiceTier { get; set; }

    /// <summary>Where the first providers are, and the way there. Where one is missing, <see cref="Upstream"/> stands in its place.</summary>
    public IReadOnlyList<(Uri BaseUrl, UpstreamTransport Transport)> Places { get; init; } = [];

    /// <summary>What the operator adds to the credential.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public Snapshot Build()
    {
        List<ProviderSnapshot> providers = [];
        for (int i = 0; i < Providers; i++)
            providers.Add(Provider(i == 0 ? "mock" : $"mock{i + 1}", i));

        List<TargetSnapshot> both = [];
        foreach (ProviderSnapshot provider in providers)
            both.Add(new TargetSnapshot(provider, "served by " + provider.Name) { Price = IsPriced(both.Count) ? Price : null });

        ModelSnapshot[] models = [new("chat", [new TargetSnapshot(providers[0], "upstream \"model\"") { Price = Price }], Timeouts), new("both", both, Timeouts)];
        return new Snapshot
        {
            Providers = providers,
            ProvidersByName = new NameTable<ProviderSnapshot>(providers.ConvertAll(static one => KeyValuePair.Create(one.Name, one))),
            Models = new NameTable<ModelSnapshot>([KeyValuePair.Create("chat", models[0]), KeyValuePair.Create("both", models[1])]),
            Keys = new KeyTable(HasKeys ? [Row(Key, null, Change), Row(NarrowKey, ["chat", "mock2/*"])] : []),
            AdminKey = AdminKey is null ? null : new AdminKey(SHA256.HashData(Encoding.ASCII.GetBytes(AdminKey))),
            Keyless = Policy("keyless", null),
            Timeouts = Timeouts,
            Ledger = Ledger,
            DirectModels = new DirectModels(Prices ?? new PriceTable(Price is null ? [] : [new PriceEntry("*", Price)])),
            RunHeaders = ["x-fast-run"u8.ToArray(), "x-session"u8.ToArray()],
            Runs = Runs,
            CreatedAt = 1,
        };
    }

    private static KeyValuePair<byte[], KeySnapshot> Row(string key, string[]? models, Func<KeySnapshot, KeySnapshot>? change = null)
    {
        KeySnapshot policy = Policy("name of " + key, models);
        return new(SHA256.HashData(Encoding.ASCII.GetBytes(key)), change is null ? policy : change(policy));
    }

    private static KeySnapshot Policy(string name, string[]? models) =>
        new(name, ModelRule.Compile(models), ModelList.Render(models ?? ["chat", "both"], 1));

    private ProviderSnapshot Provider(string name, int index)
    {
        (Uri baseUrl, UpstreamTransport transport) = index < Places.Count
            ? Places[index]
            : (new Uri($"http://{name}.invalid/"), new FrameworkTransport(new HttpMessageInvoker(Upstream)));
        List<Uri> addresses = [];
        foreach (Endpoint endpoint in EndpointTable.Rows)
            addresses.Add(new Uri(baseUrl, "/v1/" + endpoint.Path));
        return new ProviderSnapshot
        {
            Name = name,
            BaseUrl = new Uri(baseUrl, "/v1").OriginalString,
            Addresses = addresses,
            Headers = [new("Authorization", "Bearer sk-of-" + name), .. Headers],
            Transport = transport,
            HttpVersion = HttpVersion.Version11,
            TakesMaxCompletionTokens = TakesMaxCompletionTokens,
            TakesStreamOptions = TakesStreamOptions,
            ServiceTier = ServiceTier,
        };
    }
}

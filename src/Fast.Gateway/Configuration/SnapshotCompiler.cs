using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Providers;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Upstream;
using Fast.Wire.Text;

namespace Fast.Gateway.Configuration;

/// <summary>Turns a checked document into the snapshot that exchanges run on. What can go wrong has gone wrong before.</summary>
/// <param name="transports">The pooled connections, which outlive a snapshot.</param>
/// <param name="accounts">What accounts have used up, which outlives it too.</param>
/// <param name="ledger">Where exchanges and budgets are kept.</param>
/// <param name="clock">For the time of compilation.</param>
internal sealed class SnapshotCompiler(TransportPool transports, AccountBook accounts, ILedger ledger, TimeProvider clock)
{
    /// <summary>What the caller without a key is called.</summary>
    private const string Keyless = "keyless";

    /// <summary>Compiles a document.</summary>
    public Snapshot Compile(FastDocument document)
    {
        transports.BeginSnapshot();
        TimeoutsSnapshot timeouts = Compile(document.Routing.Timeouts);
        Dictionary<string, ProviderDocument> written = new(StringComparer.Ordinal);
        List<ProviderSnapshot> providers = [];
        foreach (ProviderDocument provider in document.Providers)
        {
            written[provider.Name.Value] = provider;
            providers.Add(Compile(provider, timeouts.ConnectMs));
        }

        PriceTable prices = document.Prices.OverBuiltIn();
        List<ModelSnapshot> models = [];
        foreach (ModelDocument model in document.Models)
            models.Add(Compile(model, written, prices));

        AccountCompiler compiler = new(document, accounts);
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        List<KeyValuePair<byte[], KeySnapshot>> keys = [];
        foreach (KeyDocument key in document.Keys)
            keys.Add(new(key.KeySha256, compiler.Compile(key, rule => ListFor(rule, models, now))));
        AdminKey? admin = document.AdminKeySha256 is { } hash ? new AdminKey(hash) : null;
        return Assemble(providers, models, new KeyTable(keys), admin, timeouts, prices, document.Runs);
    }

    /// <summary>Closes what only snapshots before the last one need, as soon as they do not; call it once the last one is the current one.</summary>
    public void RetireUnused() => transports.RetireUnused();

    /// <summary>The snapshot of a gateway that has nothing configured: one model that answers by itself.</summary>
    public Snapshot CompileDemo(UpstreamTransport demo)
    {
        ProviderSnapshot provider = new()
        {
            Name = "demo",
            BaseUrl = "http://demo.invalid/v1",
            Addresses = AddressesOf("http://demo.invalid/v1"),
            Headers = [],
            Transport = demo,
            HttpVersion = HttpVersion.Version11,
        };
        ModelSnapshot model = new("demo", [new TargetSnapshot(provider, "demo")], TimeoutsSnapshot.Default);
        return Assemble([provider], [model], new KeyTable([]), null, TimeoutsSnapshot.Default, PriceTable.Empty, RunsDocument.Default);
    }

    /// <summary>Compiles what callers' connections are granted.</summary>
    public static ServerLimits Compile(ServerDocument server) => new(
        server.HeadBytes,
        (int)server.BodyBytes,
        server.BodiesBytes,
        server.Connections,
        Ms(server.HeadTimeout),
        Ms(server.BodyTimeout),
        Ms(server.IdleTimeout),
        Ms(server.WriteTimeout));

    private Snapshot Assemble(
        List<ProviderSnapshot> providers,
        List<ModelSnapshot> models,
        KeyTable keys,
        AdminKey? adminKey,
        TimeoutsSnapshot timeouts,
        PriceTable prices,
        RunsDocument runs)
    {
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        return new Snapshot
        {
            Providers = providers,
            ProvidersByName = new NameTable<ProviderSnapshot>(providers.ConvertAll(static one => KeyValuePair.Create(one.Name, one))),
            Models = new NameTable<ModelSnapshot>(models.ConvertAll(static one => KeyValuePair.Create(one.Name, one))),
            Keys = keys,
            AdminKey = adminKey,
            Keyless = new KeySnapshot(Keyless, ModelRule.All, ListFor(ModelRule.All, models, now))
            {
                Runs = accounts.RunsOf(Keyless),
                State = accounts.StateOf(Keyless),
            },
            Timeouts = timeouts,
            Ledger = ledger,
            DirectModels = new DirectModels(prices),
            RunHeaders = [.. runs.Headers.Select(Encoding.ASCII.GetBytes)],
            Runs = new RunBounds(runs.Max, (long)runs.Idle.TotalMilliseconds),
            CreatedAt = now,
        };
    }

    private static byte[] ListFor(ModelRule rule, List<ModelSnapshot> models, long now)
    {
        List<string> names = [];
        foreach (ModelSnapshot model in models)
        {
            if (rule.Allows(Encoding.UTF8.GetBytes(model.Name)))
                names.Add(model.Name);
        }

        return ModelList.Render(names, now);
    }

    private ModelSnapshot Compile(ModelDocument model, Dictionary<string, ProviderDocument> providers, PriceTable prices)
    {
        TimeoutsSnapshot timeouts = Compile(model.Timeouts);
        List<TargetSnapshot> targets = [];
        foreach (TargetDocument target in model.Targets)
        {
            targets.Add(new TargetSnapshot(Compile(providers[target.Provider], timeouts.ConnectMs), target.Model)
            {
                Price = prices.Find(target.Provider, target.Model),
                State = accounts.Model(target.Provider, target.Model),
            });
        }

        return new ModelSnapshot(model.Name.Value, targets, timeouts);
    }

    private ProviderSnapshot Compile(ProviderDocument provider, int connectMs)
    {
        List<KeyValuePair<string, string>> headers = [];
        if (CredentialOf(provider) is { } credential)
            headers.Add(credential);
        foreach (HeaderDocument header in provider.Headers)
            headers.Add(new(header.Name, header.Value.Reveal()));

        bool secure = provider.BaseUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        return new ProviderSnapshot
        {
            Name = provider.Name.Value,
            BaseUrl = provider.BaseUrl,
            Addresses = AddressesOf(provider.BaseUrl),
            Headers = headers,
            Transport = transports.Get(provider.Name.Value, provider.BaseUrl, connectMs),
            TakesStreamOptions = provider.StreamUsage,
            TakesMaxCompletionTokens = provider.Name.Value is "openai" or "azure",
            ServiceTier = provider.ServiceTier,
            CancelTokens = provider.CancelMargin,
            HttpVersion = secure ? HttpVersion.Version20 : HttpVersion.Version11,
        };
    }

    private static KeyValuePair<string, string>? CredentialOf(ProviderDocument provider) => provider.Credential switch
    {
        CredentialStyle.Bearer => new("Authorization", "Bearer " + provider.ApiKey!.Reveal()),
        CredentialStyle.ApiKeyHeader => new("api-key", provider.ApiKey!.Reveal()),
        CredentialStyle.XApiKey => new("x-api-key", provider.ApiKey!.Reveal()),
        CredentialStyle.XGoogApiKey => new("x-goog-api-key", provider.ApiKey!.Reveal()),
        _ => null,
    };

    private static List<Uri> AddressesOf(string baseUrl)
    {
        List<Uri> addresses = [];
        foreach (Endpoint endpoint in EndpointTable.Rows)
            addresses.Add(new Uri($"{baseUrl}/{endpoint.Path}"));
        return addresses;
    }

    private static TimeoutsSnapshot Compile(TimeoutsDocument timeouts) => new(
        Ms(timeouts.Connect), Ms(timeouts.FirstToken), timeouts.FirstTokenWritten, Ms(timeouts.BetweenTokens), Ms(timeouts.Total));

    private static int Ms(TimeSpan time) => (int)Math.Min(time.TotalMilliseconds, int.MaxValue);
}

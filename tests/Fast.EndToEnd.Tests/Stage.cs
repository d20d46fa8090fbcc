using System;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using OpenAI;
using Xunit;

[assembly: AssemblyFixture(typeof(Fast.EndToEnd.Tests.Stage))]

namespace Fast.EndToEnd.Tests;

/// <summary>One provider and one gateway for all tests, and SDK clients for them.</summary>
public sealed class Stage : IAsyncLifetime
{
    // A handler that drains would read on for two seconds after an abort, and the abort would seem late.
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 });
    private ProviderProcess? _provider;
    private GatewayProcess? _gateway;

    public ProviderProcess Provider => _provider ?? throw new InvalidOperationException("The stage is not set.");

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("The stage is not set.");

    /// <summary>The provider's text of that many tokens.</summary>
    public static string Tokens(int count) => string.Join(' ', Enumerable.Range(0, count).Select(static token => $"tok{token}"));

    public async ValueTask InitializeAsync()
    {
        _provider = await ProviderProcess.StartAsync();
        _gateway = await GatewayProcess.StartAsync(port => GatewayProcess.StandardConfiguration(port, _provider.Url, patienceSeconds: 2));
    }

    /// <summary>A client that does not retry: a retry would hide what the gateway did.</summary>
    public OpenAIClient Client(string key = GatewayProcess.KeyAll)
    {
        OpenAIClientOptions options = new()
        {
            Endpoint = new Uri($"{Gateway.Url}/v1"),
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(_http),
        };
        return new OpenAIClient(new ApiKeyCredential(key), options);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
    }
}

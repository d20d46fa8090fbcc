using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Processes;
using Xunit;

namespace Fast.EndToEnd.Tests.Conformance;

/// <summary>A gateway with small limits, in front of the provider that all tests share.</summary>
public sealed class ConformanceGateway(Stage stage) : IAsyncLifetime
{
    private readonly Lock _starting = new();
    private GatewayProcess? _gateway;
    private Dictionary<string, Task>? _outcomes;

    public string Url => _gateway?.Url ?? throw new InvalidOperationException("The gateway is not started.");

    public ProviderProcess Provider => stage.Provider;

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(port => $$"""
        {{GatewayProcess.StandardConfiguration(port, stage.Provider.Url)}}
        server: { body_bytes: {{BodyRows.BodyBytesMax}} }
        """);

    public Task<RawConnection> OpenAsync() => RawConnection.OpenAsync(Url);

    /// <summary>
    /// What came of one row. All rows run at once: most of their time they listen whether the gateway closes a refused connection,
    /// which it does after it has listened a second itself.
    /// </summary>
    internal Task OutcomeAsync(string name, Dictionary<string, ConformanceRow> rows, Func<ConformanceRow, Task> tryRow)
    {
        lock (_starting)
            _outcomes ??= rows.ToDictionary(static row => row.Key, row => tryRow(row.Value));
        return _outcomes[name];
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }
}

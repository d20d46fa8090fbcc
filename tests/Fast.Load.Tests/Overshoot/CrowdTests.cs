using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Overshoot;
using Fast.Load.Provider;
using Fast.Load.Run;
using Fast.Load.Sockets;
using Fast.Load.Tests.Load;
using Xunit;

namespace Fast.Load.Tests.Overshoot;

public sealed class CrowdTests : IDisposable
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);

    private readonly EventLoop _loop = Loads.StartLoop(null);
    private readonly Tally _tally = new();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Callers_ask_until_they_are_refused_for_good()
    {
        int answers = 0;
        const string refusal = "HTTP/1.1 429 Too Many Requests\r\nx-should-retry: false\r\ncontent-length: 36\r\n\r\n{\"error\":{\"code\":\"budget_exceeded\"}}";
        using ScriptedServer server = new(_ => Task.FromResult<string?>(
            Interlocked.Increment(ref answers) <= 7 ? ScriptedServer.Ok("""{"usage":{"prompt_tokens":2,"completion_tokens":3}}""") : refusal));
        Assert.True(await RunAsync(TaskFor(server.Address, "ok", streams: 0, calls: 3), null));
        Assert.Equal((7, new Tokens(14, 21)), (_tally.Calls, _tally.Received));
        Assert.Equal(3, _tally.Refusals["budget_exceeded, for good"]);
    }

    [Fact]
    public async Task What_is_counted_after_lets_everybody_in_who_comes_before()
    {
        using ProviderServer provider = new(new ProviderState(keep: 0, latency: null), cpu: null);
        await provider.StartAsync(0);
        // One answer costs more than the budget, and nobody has an answer before all have asked.
        OvershootTask task = TaskFor(AddressOf(provider), "slow-first-100+tokens-20+prompt-bytes-4", 4, 4) with { Budget = 0.000001m };
        Assert.True(await RunAsync(task, new CountAfter(task.Budget)));
        using Books books = new(provider.Address, provider.Address, null);
        Truth truth = await books.TruthAsync(TestContext.Current.CancellationToken);
        Assert.Equal((8, 8, 8 * 20), (_tally.Answers, truth.Requests, truth.Tokens.Output));
        Assert.Equal(truth.Tokens, _tally.Received);
        Assert.True(new OvershootReport(task, _tally, truth) { IsWhole = true }.Overshoot > 0);
    }

    [Fact]
    public async Task Streams_that_are_hung_up_on_count_with_what_came_until_then()
    {
        using ProviderServer provider = new(new ProviderState(keep: 0, latency: null), cpu: null);
        await provider.StartAsync(0);
        OvershootTask task = TaskFor(AddressOf(provider), "tokens-1000+pace-1", 3, 0) with { AbortPercent = 100 };
        Assert.True(await RunAsync(task, new CountAfter(task.Prices.Cost(new Tokens(0, 3)))));
        using Books books = new(provider.Address, provider.Address, null);
        Truth truth = await books.TruthAsync(TestContext.Current.CancellationToken);
        Assert.True(_tally.Aborted >= 3);
        Assert.Equal(0, _tally.Answers);
        Assert.InRange(_tally.Received.Output, 3, truth.Tokens.Output);
    }

    private static IPEndPoint AddressOf(ProviderServer provider) => new(IPAddress.Loopback, new Uri(provider.Address).Port);

    private static OvershootTask TaskFor(IPEndPoint address, string model, int streams, int calls) =>
        new(new TargetUrl($"http://{address}", address, address.ToString(), "/v1/chat/completions"), [model], streams, calls)
        {
            Budget = 1,
            Prices = new TokenPrices(1, 4),
            Provider = "",
            Headers = [],
        };

    private Task<bool> RunAsync(OvershootTask task, CountAfter? admission) =>
        new Crowd(_loop, task.Plan(admission), _tally, seed: 1).RunAsync(s_most, TestContext.Current.CancellationToken);
}

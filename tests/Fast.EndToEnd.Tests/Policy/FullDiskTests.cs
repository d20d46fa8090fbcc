using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>A gateway whose state folder is on a disk that fills up in the middle of its traffic.</summary>
public sealed class FullDiskTests(Stage stage)
{
    private const int Callers = 4;
    private const int Rounds = 3;
    private const decimal Cost = 0.011m;

    // 10 in and 10 out of every answer.
    private const int Tokens = 10;

    // What the index of the write-ahead log takes at first, a page of the log, and some more.
    private const int LastBlocksKiB = 64;

    private static readonly string s_ask = Ask("mock/tokens-10");
    private static readonly int[] s_servedOrRefused = [200, 503];
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    private int _served;
    private int _refused;
    private volatile bool _isDone;

    [Theory]
    [InlineData(SmallDisk.Tmpfs)]
    [InlineData(SmallDisk.SmallBlocks)]
    public async Task A_disk_that_fills_up_closes_budgets_and_every_token_served_is_in_the_books(string kind)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(kind);
        GatewayProcess first = await StartAsync(disk, $"keys:\n{Key("a", "budget: 100 USD, run: { budget: 90 USD }")}"
            + $"{Key("spent", "budget: 0.019 USD")}{Key("streams", "budget: 100 USD")}{Key("free", "metadata: { x: y }")}");
        await using GatewayProcess gateway = first;
        string model = $"tokens-{Tokens}+{ProviderProcess.Mark()}";
        Assert.Equal(200, (await PostAsync(first.Url, "spent", s_ask)).Status);
        Assert.Equal(429, (await PostAsync(first.Url, "spent", s_ask)).Status);
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync(first, Ask($"mock/{model}")))];
        for (int round = 0; round < Rounds; round++)
        {
            int servedBefore = Volatile.Read(ref _served);
            await UntilAsync(first, () => Volatile.Read(ref _served) >= servedBefore + 20, "It does not serve.");
            using RawConnection stream = await BeginAsync(first.Url, "streams", Ask("mock/endless", members: "\"stream\":true,\"max_tokens\":4000,"), "", Chat);
            await stream.ReadToAsync("tok0");
            disk.Fill();
            int refusedBefore = Volatile.Read(ref _refused);
            await UntilAsync(first, () => Volatile.Read(ref _refused) >= refusedBefore + Callers, "It is served on.");
            Assert.Contains("\"code\":\"ledger_unavailable\"", await stream.ReadToAsync("[DONE]"), StringComparison.Ordinal);
            await AssertUnavailableAsync(first);

            disk.Free();
            await UntilReadyAsync(first);
            Assert.Equal(429, (await PostAsync(first.Url, "spent", s_ask)).Status);
        }

        _isDone = true;
        await Task.WhenAll(callers);
        Assert.Equal((_served, 10L * _served, 10L * _served), await stage.Provider.ServedAsync(model));
        await AssertBooksAsync(first, requests: _served);
        Assert.Equal(0, await first.StopAsync());
        await using GatewayProcess second = await first.StartAgainAsync();
        await AssertBooksAsync(second, requests: _served);
    }

    [Theory]
    [InlineData(SmallDisk.Tmpfs)]
    [InlineData(SmallDisk.SmallBlocks)]
    public async Task A_gateway_that_is_killed_on_a_full_disk_forgets_no_spending(string kind)
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(kind);
        GatewayProcess first = await StartAsync(disk, $"keys:\n{Key("a", "budget: 100 USD, run: { budget: 90 USD }")}");
        await using GatewayProcess dying = first;
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(_ => CallAsync(first, s_ask))];
        await UntilAsync(first, () => Volatile.Read(ref _served) >= 20, "It does not serve.");
        disk.Fill();
        await UntilAsync(first, () => Volatile.Read(ref _refused) >= Callers, "It is served on.");
        _isDone = true;
        await Task.WhenAll(callers);
        first.Signal(ChildProcess.SigKill);
        await first.WaitForExitAsync();

        // What was served since the last commit stands nowhere; but it was leased.
        disk.Free();
        await using GatewayProcess second = await first.StartAgainAsync();
        Assert.InRange(await SpentAsync(second), _served * Cost, 90m);
        Assert.Equal(200, (await PostAsync(second.Url, "a", s_ask, "x-fast-run: r\r\n")).Status);
    }

    [Theory]
    [InlineData(SmallDisk.Tmpfs)]
    [InlineData(SmallDisk.SmallBlocks)]
    public async Task With_the_last_blocks_of_a_disk_it_serves_or_refuses_or_says_why_it_does_not_start(string kind)
    {
        const string accounts = "keys:\n  - { name: a, key: sk-policy-a, budget: 100 USD }\n";
        await using SmallDisk disk = await SmallDisk.MountAsync(kind);
        await using (GatewayProcess first = await StartAsync(disk, accounts))
            Assert.Equal(200, (await PostAsync(first.Url, "a", s_ask)).Status);
        int starts = 0;
        for (int left = 0; left <= LastBlocksKiB; left += 4)
        {
            disk.Fill(left);
            try
            {
                await using GatewayProcess gateway = await StartAsync(disk, accounts);
                Assert.Contains((await PostAsync(gateway.Url, "a", s_ask)).Status, s_servedOrRefused);
                disk.Free();
                await UntilReadyAsync(gateway);
                Assert.Equal(200, (await PostAsync(gateway.Url, "a", s_ask)).Status);
                Assert.Equal(0, await gateway.StopAsync());
                starts++;
            }
            catch (InvalidOperationException ended)
            {
                Assert.Contains("fast.db: database or disk is full", ended.Message, StringComparison.Ordinal);
                disk.Free();
            }
        }

        Assert.InRange(starts, 1, LastBlocksKiB / 4);
    }

    private static Task UntilAsync(GatewayProcess gateway, Func<bool> isSo, string otherwise) =>
        Eventually.GetAsync(() => Task.FromResult(isSo() ? gateway : null), s_soon, () => $"{otherwise} {gateway.Output}");

    private static async Task AssertUnavailableAsync(GatewayProcess gateway)
    {
        HttpAnswer readiness = await GetAsync(gateway.Url, "free", "/health/readiness");
        Assert.Equal((200, """{"status":"degraded","ledger":"unavailable"}"""), (readiness.Status, readiness.Body));
        Assert.Contains("\nfast_ledger_healthy 0\n", await MetricsAsync(gateway), StringComparison.Ordinal);
        HttpAnswer spent = await PostAsync(gateway.Url, "spent", s_ask);
        Assert.Equal((503, "ledger_unavailable"), (spent.Status, spent.Code()));
        Assert.Equal(200, (await PostAsync(gateway.Url, "free", s_ask)).Status);
    }

    private static async Task UntilReadyAsync(GatewayProcess gateway)
    {
        await Eventually.GetAsync(
            async () => (await GetAsync(gateway.Url, "free", "/health/readiness")).Body == """{"status":"ready"}""" ? gateway : null,
            s_soon, () => $"It is never ready again. {gateway.Output}");
        string page = await MetricsAsync(gateway);
        Assert.Contains("\nfast_ledger_healthy 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\nfast_ledger_dropped_total 0\n", page, StringComparison.Ordinal);
    }

    private static async Task<string> MetricsAsync(GatewayProcess gateway)
    {
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Url);
        await connection.SendAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return (await HttpAnswer.ReadAsync(connection)).Body;
    }

    private static async Task<decimal> SpentAsync(GatewayProcess gateway)
    {
        JsonElement run = (await GetAsync(gateway.Url, "a", "/v1/runs/r")).Json();
        return Assert.Single(run.GetProperty("budgets").EnumerateArray()).Number("spent");
    }

    /// <summary>Both books, that of exchanges and that of budgets, tell of what was served, and of nothing else.</summary>
    private static async Task AssertBooksAsync(GatewayProcess gateway, int requests)
    {
        string spend = await Eventually.GetAsync(
            async () => await gateway.RunAsync("spend", "--by", "key", "--json") is (0, string json) && RowOf(json).Number("requests") == requests ? json : null,
            s_soon, () => $"The {requests} are not written down. {gateway.Output}");
        JsonElement row = RowOf(spend);
        Assert.Equal((requests * Tokens, requests * Tokens, 0), (row.Number("input_tokens"), row.Number("output_tokens"), row.Number("estimated_requests")));
        Assert.Equal((requests * Cost, requests * Cost), (row.Number("cost_usd"), await SpentAsync(gateway)));
    }

    private static JsonElement RowOf(string spend) =>
        AnswerReading.Parse(spend).GetProperty("rows").EnumerateArray().Single(static row => row.Text("key") == "a");

    private Task<GatewayProcess> StartAsync(SmallDisk disk, string accounts) => GatewayProcess.StartAsync(
        port => Configuration(port, stage.Provider.Url, accounts), environment: new KeyValuePair<string, string>("XDG_STATE_HOME", disk.Path));

    /// <summary>Asks until it is told to stop. All that may happen is that it is served, or refused for the disk.</summary>
    private async Task CallAsync(GatewayProcess gateway, string body)
    {
        while (!_isDone)
        {
            HttpAnswer answer = await PostAsync(gateway.Url, "a", body, "x-fast-run: r\r\n");
            if (answer.Status == 200)
            {
                Interlocked.Increment(ref _served);
                continue;
            }

            Assert.Equal((503, "ledger_unavailable"), (answer.Status, answer.Code()));
            Interlocked.Increment(ref _refused);
        }
    }
}

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>What a gateway knows of runs that it has not seen itself, or has forgotten.</summary>
public sealed class RunRestartTests(Stage stage)
{
    private const decimal Cost = 0.011m;

    // With a limit, because what a crash forfeits is what was set aside.
    private static readonly string s_ask = Ask("mock/tokens-10", members: "\"max_tokens\":10,");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Runs_go_on_where_they_were(bool killed)
    {
        await using GatewayProcess first = await StartAsync($"keys:\n{Key("a", "run: { budget: 50 USD }")}{Key("free", "metadata: { x: y }")}");
        foreach (string fields in (string[])["x-fast-run: c\r\nx-fast-parent-run: p\r\n", "x-fast-run: c\r\n", "x-fast-run: p\r\n"])
            Assert.Equal(200, (await PostAsync(first.Url, "a", s_ask, fields)).Status);
        for (int i = 0; i < 2; i++)
            Assert.Equal(200, (await PostAsync(first.Url, "free", s_ask, "x-session-id: f\r\n")).Status);
        JsonElement before = (await GetAsync(first.Url, "a", "/v1/runs/c")).Json();
        await using GatewayProcess second = await AgainAsync(first, killed, exchanges: 5);

        // Told from the ledger, before anybody has named it again.
        JsonElement child = (await GetAsync(second.Url, "a", "/v1/runs/c")).Json();
        Assert.Equal((2m, 40m, 2 * Cost, 0m, "p"), (child.Number("requests"), child.Number("tokens"), child.Number("cost_usd"), child.Number("tool_calls"), child.Text("parent")));
        Assert.Equal((before.Number("begun_at"), before.Number("last_used_at")), (child.Number("begun_at"), child.Number("last_used_at")));
        JsonElement budget = Assert.Single(child.GetProperty("budgets").EnumerateArray());
        Assert.InRange(budget.Number("spent"), 2 * Cost, killed ? 1 : 2 * Cost);
        Assert.Equal(404, (await GetAsync(second.Url, "free", "/v1/runs/c")).Status);

        HttpAnswer other = await PostAsync(second.Url, "a", s_ask, "x-fast-run: c\r\nx-fast-parent-run: q\r\n");
        Assert.Equal((400, "invalid_parent_run"), (other.Status, other.Code()));
        HttpAnswer next = await PostAsync(second.Url, "a", s_ask, "x-fast-run: c\r\n");
        Assert.Equal((200, 3m, 3 * Cost), (next.Status, next.Number("x-fast-run-requests"), next.Number("x-fast-run-cost-usd")));
        JsonElement parent = (await GetAsync(second.Url, "a", "/v1/runs/p")).Json();
        Assert.Equal((4m, 4 * Cost, 1m), (parent.Number("requests"), parent.Number("cost_usd"), parent.Number("depth")));
        HttpAnswer free = await PostAsync(second.Url, "free", s_ask, "x-session-id: f\r\n");
        Assert.Equal((200, "f", 3m, 3 * Cost), (free.Status, free.Field("x-fast-run"), free.Number("x-fast-run-requests"), free.Number("x-fast-run-cost-usd")));
    }

    [Fact]
    public async Task A_child_does_not_leave_its_parents_budget_by_a_restart()
    {
        await using GatewayProcess first = await StartAsync($"keys:\n{Key("a", "run: { budget: 0.03 USD }")}");
        decimal spent = 0;
        foreach (string child in (string[])["c", "d"])
            spent += (await PostAsync(first.Url, "a", s_ask, $"x-fast-run: {child}\r\nx-fast-parent-run: p\r\n")).Number("x-fast-cost-usd");
        await using GatewayProcess second = await AgainAsync(first, killed: false, exchanges: 2);
        HttpAnswer refused = await PostAsync(second.Url, "a", s_ask, "x-fast-run: c\r\n");
        Assert.Equal((429, "run:a/p", spent), (refused.Status, refused.Refusal().Text("account"), refused.Refusal().Number("spent")));
    }

    [Fact]
    public async Task A_restart_gives_a_run_no_time()
    {
        await using GatewayProcess first = await StartAsync($"keys:\n{Key("a", "run: { duration: 1s }")}");
        Assert.Equal(200, (await PostAsync(first.Url, "a", s_ask, "x-fast-run: r\r\n")).Status);
        await Eventually.GetAsync(
            async () => await PostAsync(first.Url, "a", s_ask, "x-fast-run: r\r\n") is { Status: 403 } answer ? answer : null, s_soon, static () => "It goes on.");
        await using GatewayProcess second = await AgainAsync(first, killed: true, exchanges: 1);
        HttpAnswer refused = await PostAsync(second.Url, "a", s_ask, "x-fast-run: r\r\n");
        Assert.Equal((403, "run_limit_exceeded", "duration"), (refused.Status, refused.Code(), refused.Refusal().Text("decision")));
        Assert.Equal(200, (await PostAsync(second.Url, "a", s_ask, "x-fast-run: s\r\n")).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_forgets_no_repeats(bool killed)
    {
        string ask = Ask("mock/call-look", members: "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}],");
        await using GatewayProcess first = await StartAsync($"keys:\n{Key("a", "run: { repeats: 2 }")}");
        for (int i = 0; i < 2; i++)
            Assert.Contains("\"look\"", (await PostAsync(first.Url, "a", ask, "x-fast-run: r\r\n")).Body);
        await using GatewayProcess second = await AgainAsync(first, killed, exchanges: 2);
        Assert.Contains("\"code\":\"run_limit_exceeded\"", (await PostAsync(second.Url, "a", ask, "x-fast-run: r\r\n")).Body);
        Assert.Contains("\"look\"", (await PostAsync(second.Url, "a", ask, "x-fast-run: s\r\n")).Body);
    }

    [Fact]
    public async Task A_run_that_was_forgotten_is_remembered()
    {
        await using GatewayProcess gateway = await StartAsync($"runs: {{ max: 2 }}\nkeys:\n{Key("a", "run: { budget: 1 USD }")}");
        for (int round = 1; round <= 3; round++)
        {
            foreach (string run in (string[])["r", "s", "t", "u", "v"])
            {
                HttpAnswer answer = await PostAsync(gateway.Url, "a", s_ask, $"x-fast-run: {run}\r\n");
                Assert.Equal((200, round, round * Cost), (answer.Status, answer.Number("x-fast-run-requests"), answer.Number("x-fast-run-cost-usd")));
            }

            JsonElement state = (await GetAsync(gateway.Url, "a", "/v1/runs/r")).Json();
            Assert.Equal((round, round * Cost), (state.Number("requests"), state.Number("cost_usd")));
        }
    }

    private Task<GatewayProcess> StartAsync(string accounts) => GatewayProcess.StartAsync(port => Configuration(port, stage.Provider.Url, accounts));

    /// <summary>Ends a gateway, when so many exchanges are written down, and starts it again.</summary>
    private static async Task<GatewayProcess> AgainAsync(GatewayProcess gateway, bool killed, int exchanges)
    {
        if (!killed)
        {
            Assert.Equal(0, await gateway.StopAsync());
            return await gateway.StartAgainAsync();
        }

        await Eventually.GetAsync(
            async () => await gateway.RunAsync("exchanges") is (0, string output) && output.Count(static one => one == '\n') >= exchanges ? output : null,
            s_soon,
            static () => "They are not written down.");
        gateway.Signal(ChildProcess.SigKill);
        await gateway.WaitForExitAsync();
        return await gateway.StartAgainAsync();
    }
}

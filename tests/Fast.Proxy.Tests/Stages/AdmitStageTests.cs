using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

public sealed class AdmitStageTests
{
    private const string Ask = """{"model":"mock/z"}""";

    [Fact]
    public void A_key_that_is_switched_off_or_has_expired_is_refused()
    {
        Assert.Equal(Fault.KeyDisabled, Admitted(Ask, static key => key with { IsDisabled = true }).Fault);
        Assert.Equal(Fault.KeyExpired, Admitted(Ask, static key => key with { ExpiresAt = 1 }).Fault);
        Assert.Equal(Fault.None, Admitted(Ask, static key => key with { ExpiresAt = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() }).Fault);
    }

    [Theory]
    [InlineData("mock/*", "mock/*", Fault.None)]
    [InlineData("mock/*", "mock/y", Fault.ModelNotAllowed)]
    [InlineData("mock/y", "*", Fault.ModelNotAllowed)]
    [InlineData("*", "mock/z", Fault.None)]
    public void A_model_has_to_be_on_the_keys_list_and_on_those_above_it(string own, string above, Fault fault)
    {
        ModelRule rule = ModelRule.Compile([own]).Under(ModelRule.Compile(["*"]).Under(ModelRule.Compile([above])));
        Assert.Equal(fault, Admitted(Ask, key => key with { Models = rule }).Fault);
    }

    [Fact]
    public void A_list_of_models_in_the_body_is_only_for_keys_without_a_list()
    {
        const string body = """{"model":"mock/z","models":["evil"]}""";
        Assert.Equal(Fault.None, Admitted(body, static key => key).Fault);
        Assert.Equal(Fault.ModelNotAllowed, Admitted(body, static key => key with { Models = ModelRule.Compile(["mock/*"]) }).Fault);
        Assert.Equal(Fault.ModelNotAllowed, Admitted(body, static key => key with { Models = ModelRule.Compile(["*"]).Under(ModelRule.Compile(["mock/*"])) }).Fault);
    }

    [Fact]
    public void More_budgets_than_can_be_held_are_refused_and_nothing_is_kept()
    {
        AccountState account = TestPolicy.Account(AccountKind.Key, Array.ConvertAll(new int[BudgetHold.WindowsMax + 1], static _ => new BudgetSpec(BudgetUnit.Usd, 1, BudgetPeriod.Day)));
        account.Limits.Update(null, null, 1, TimeSpan.Zero);
        Exchange exchange = Admitted(Ask, key => key with { Accounts = [account] });
        Assert.Equal(Fault.BudgetsTooMany, exchange.Fault);
        AccountStage.Run(exchange);
        Assert.False(exchange.Kit.Reservation.IsOpen || exchange.Kit.Reservation.Budgets.HasBudgets);
    }

    [Fact]
    public void Places_that_were_taken_come_back_when_the_rate_refuses()
    {
        AccountState account = TestPolicy.Account(AccountKind.Key);
        account.Limits.Update(null, new Rate(1, 3_600_000), 1, TimeSpan.Zero);
        Exchange exchange = Admitted(Ask, key => key with { Accounts = [account] });
        Assert.Equal((Fault.RateLimitExceeded, "larger_than_limit", "tokens"), (exchange.Fault, exchange.Refusal!.Decision, exchange.Refusal.Unit));
        AccountStage.Run(exchange);
        Assert.Equal(0, account.Limits.Parallel!.Used);
    }

    [Fact]
    public async Task A_run_is_told_how_it_stands_and_another_keys_is_unknown()
    {
        RunTable runs = new("k");
        using TestServer server = new(new TestSnapshot
        {
            Change = key => key with { Runs = runs, Run = new RunTemplate { Budgets = [new(BudgetUnit.Usd, 1_500_000_000, BudgetPeriod.Total)] } },
            Price = TestPolicy.Price,
        });
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("""{"usage":{"prompt_tokens":30,"completion_tokens":20}}"""));
        await server.AnswerAsync(TestRequests.Chat("""{"model":"mock/z","max_tokens":50}""", TestRequests.KeyField + "x-fast-run: a/b\r\nx-fast-parent-run: p\r\n"));
        TestAnswer known = new(await server.AnswerAsync($"GET /v1/runs/a%2Fb HTTP/1.1\r\nHost: x\r\n{TestRequests.KeyField}\r\n"));
        Assert.Equal(200, known.Status);
        Assert.Contains("\"id\":\"a/b\",\"object\":\"run\",\"parent\":\"p\",\"depth\":2", known.Body);
        Assert.Contains("\"under_way\":0,\"requests\":1,\"tool_calls\":0,\"tokens\":50,\"cost_usd\":0.00011,\"budgets\":[{\"unit\":\"usd\",\"limit\":1.5,"
            + "\"remaining\":1.49989,\"spent\":0.00011,\"reserved\":0}]", known.Body);
        TestAnswer unknown = new(await server.AnswerAsync($"GET /v1/runs/a%2Fb HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestSnapshot.NarrowKey}\r\n\r\n"));
        Assert.Equal(404, unknown.Status);
        Assert.Contains("\"run_not_found\"", unknown.Body);
    }

    [Fact]
    public void More_tools_than_are_looked_at_are_refused_where_a_list_is_held()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("read_*"))!;
        foreach ((int count, Fault fault) in ((int, Fault)[])[(RequestTools.ToolsMax, Fault.None), (RequestTools.ToolsMax + 1, Fault.ToolsUnreadable)])
        {
            string tools = string.Join(',', Enumerable.Repeat("""{"type":"function","function":{"name":"read_file"}}""", count));
            string body = $$"""{"model":"mock/z","tools":[{{tools}}]}""";
            Assert.Equal(Fault.None, Admitted(body, static key => key).Fault);
            Assert.Equal(fault, Admitted(body, key => key with { Tools = rules }).Fault);
        }
    }

    private static Exchange Admitted(string body, Func<KeySnapshot, KeySnapshot> change)
    {
        Exchange exchange = new TestExchange(TestRequests.Chat(body), new TestSnapshot { Change = change }).Exchange;
        bool isAdmitted = TestPolicy.Admit(exchange);
        Assert.Equal(exchange.Fault == Fault.None, isAdmitted);
        return exchange;
    }
}

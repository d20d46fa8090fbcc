using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>What budgets let through, what they refuse and what both say.</summary>
public sealed class BudgetTests(BudgetTests.Gateway gateway) : IClassFixture<BudgetTests.Gateway>
{
    // 10 tokens in and 10 out.
    private const decimal Cost = 0.011m;

    private static readonly string s_ask = Ask("mock/tokens-10");

    [Fact]
    public async Task A_refusal_says_which_account_how_much_until_when_and_what_would_do()
    {
        HttpAnswer refused = await UntilRefusedAsync("refused");
        Assert.Equal((429, "budget_exceeded", "false"), (refused.Status, refused.Code(), refused.Field("x-should-retry")));
        JsonElement fast = refused.Refusal();
        Assert.Equal(("key:refused", "usd", "day", "spent"), (fast.Text("account"), fast.Text("unit"), fast.Text("window"), fast.Text("decision")));
        Assert.Equal((0.03m, 2 * Cost, 0m), (fast.Number("limit"), fast.Number("spent"), fast.Number("reserved")));
        Assert.Equal("cheap", fast.Text("affordable_model"));
        DateTime resets = fast.GetProperty("resets_at").GetDateTime();
        Assert.Equal((TimeSpan.Zero, DateTimeKind.Utc), (resets.TimeOfDay, resets.Kind));
        Assert.InRange(resets, DateTime.UtcNow, DateTime.UtcNow.AddDays(1));
        Assert.InRange((resets - DateTime.UtcNow).TotalSeconds - (double)refused.Number("retry-after"), -5, 5);
        string message = refused.Json().GetProperty("error").Text("message")!;
        Assert.Contains("key:refused, 0.03 USD per day, 0.022 spent and 0 set aside", message);

        // What it proposes is served.
        HttpAnswer cheap = await gateway.PostAsync("refused", Ask("cheap"));
        Assert.Equal((200, 0.000011m), (cheap.Status, cheap.Number("x-fast-cost-usd")));
    }

    [Theory]
    [InlineData("in-organisation", "organisation:small", "")]
    [InlineData("in-team", "team:small", "")]
    [InlineData("for-all-time", "key:for-all-time", "")]
    [InlineData("with-runs", "run:with-runs/r1", "x-fast-run: r1\r\n")]
    public async Task Every_level_has_to_agree(string key, string account, string fields)
    {
        HttpAnswer refused = await UntilRefusedAsync(key, fields);
        Assert.Equal((429, "budget_exceeded"), (refused.Status, refused.Code()));
        JsonElement fast = refused.Refusal();
        Assert.Equal((account, 0.03m, 2 * Cost, 0m), (fast.Text("account"), fast.Number("limit"), fast.Number("spent"), fast.Number("reserved")));
        Assert.Equal(("total", "", false), (fast.Text("window"), refused.Field("retry-after"), fast.TryGetProperty("resets_at", out _)));
    }

    [Fact]
    public async Task A_request_without_a_limit_gets_the_largest_that_can_be_paid()
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/tokens-10", mark);
        Assert.Equal(200, (await gateway.PostAsync("spliced", body)).Status);
        string sent = body.Replace("mock/", "", StringComparison.Ordinal);
        int most = Affordable(0.05m, body);
        Assert.Equal(sent.Insert(1, $"\"max_tokens\":{most},"), await gateway.ReceivedAsync(mark));
    }

    [Theory]
    [InlineData("lowered-1", "max_tokens")]
    [InlineData("lowered-2", "max_completion_tokens")]
    public async Task A_limit_that_cannot_be_paid_is_lowered_in_its_place(string key, string member)
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/tokens-10", mark, $"\"temperature\" : 1.0, \"{member}\" :  4096 ,");
        Assert.Equal(200, (await gateway.PostAsync(key, body)).Status);
        string sent = body.Replace("mock/", "", StringComparison.Ordinal);
        Assert.Equal(sent.Replace("4096", $"{Affordable(0.05m, body)}", StringComparison.Ordinal), await gateway.ReceivedAsync(mark));
    }

    [Fact]
    public async Task A_limit_that_can_be_paid_stays_as_it_is()
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/tokens-10", mark, "\"max_tokens\":12,");
        Assert.Equal(200, (await gateway.PostAsync("rich", body)).Status);
        Assert.Equal(body.Replace("mock/", "", StringComparison.Ordinal), await gateway.ReceivedAsync(mark));
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_where_money_is_counted()
    {
        HttpAnswer refused = await gateway.PostAsync("rich", Ask("bare/tokens-10"));
        Assert.Equal((403, "model_unpriced"), (refused.Status, refused.Code()));
        Assert.Contains("'bare/tokens-10'", refused.Body);
        HttpAnswer allowed = await gateway.PostAsync("unpriced", Ask("bare/tokens-10"));
        Assert.Equal((200, 0m, 0.03m), (allowed.Status, allowed.Number("x-fast-cost-usd"), allowed.Number("x-fast-remaining")));
        Assert.Equal(200, (await gateway.PostAsync("free", Ask("bare/tokens-10"))).Status);
    }

    [Fact]
    public async Task A_target_without_a_price_is_passed_over_where_money_is_counted()
    {
        HttpAnswer dry = await gateway.PostAsync("rich", Ask("priced-later"), "x-fast-dry-run: true\r\n");
        Assert.Equal((200, "mock", "tokens-10"), (dry.Status, dry.Json().Text("provider"), dry.Json().Text("model")));
        HttpAnswer served = await gateway.PostAsync("rich", Ask("priced-later"));
        Assert.Equal((200, 0.011m), (served.Status, served.Number("x-fast-cost-usd")));
        HttpAnswer allowed = await gateway.PostAsync("unpriced", Ask("priced-later"));
        Assert.Equal((200, 0m), (allowed.Status, allowed.Number("x-fast-cost-usd")));
        foreach (string fields in (string[])["", "x-fast-dry-run: true\r\n"])
        {
            HttpAnswer refused = await gateway.PostAsync("rich", Ask("unpriced"), fields);
            Assert.Equal((403, "model_unpriced"), (refused.Status, refused.Code()));
            Assert.Contains("'bare/ok'", refused.Body);
        }
    }

    [Fact]
    public async Task Tokens_have_budgets()
    {
        HttpAnswer refused = await UntilRefusedAsync("tokens");
        Assert.Equal((429, "budget_exceeded", "tokens"), (refused.Status, refused.Code(), refused.Refusal().Text("unit")));
        Assert.Equal((150m, 74m, 0m), (refused.Refusal().Number("limit"), refused.Refusal().Number("spent"), refused.Refusal().Number("reserved")));
    }

    [Fact]
    public async Task Requests_have_budgets_and_one_that_nobody_was_asked_is_none()
    {
        Assert.Equal(404, (await gateway.PostAsync("requests", Ask("nobody/ok"))).Status);
        Assert.Equal(200, (await gateway.PostAsync("requests", s_ask)).Status);
        Assert.Equal(503, (await gateway.PostAsync("requests", Ask("mock/fault-503"))).Status);
        HttpAnswer refused = await gateway.PostAsync("requests", s_ask);
        Assert.Equal((429, "budget_exceeded", "requests"), (refused.Status, refused.Code(), refused.Refusal().Text("unit")));
        Assert.Equal((2m, 2m), (refused.Refusal().Number("limit"), refused.Refusal().Number("spent")));
    }

    [Theory]
    [InlineData(Chat, """{"model":"mock/tokens-7","messages":[{"role":"user","content":"hi"}]}""", 7)]
    [InlineData("/v1/completions", """{"model":"mock/tokens-7","prompt":"hi"}""", 7)]
    [InlineData("/v1/responses", """{"model":"mock/tokens-7","input":"hi"}""", 7)]
    [InlineData("/v1/embeddings", """{"model":"mock/tokens-7","input":"hi"}""", 0)]
    public async Task A_receipt_is_what_the_provider_used_times_the_price(string path, string body, int output)
    {
        HttpAnswer answer = await gateway.PostAsync("rich", body, "x-fast-run: receipts\r\n", path);
        Assert.Equal(200, answer.Status);
        Assert.Equal((10m, output), (answer.Number("x-fast-input-tokens"), answer.Number("x-fast-output-tokens")));
        Assert.Equal((10 * 0.0001m) + (output * 0.001m), answer.Number("x-fast-cost-usd"));
        Assert.Equal(("key:rich", "usd", "receipts"), (answer.Field("x-fast-account"), answer.Field("x-fast-remaining-unit"), answer.Field("x-fast-run")));
    }

    [Fact]
    public async Task What_remains_is_told_to_the_nano_dollar()
    {
        for (int asked = 1; asked <= 3; asked++)
        {
            HttpAnswer answer = await gateway.PostAsync("remains", s_ask, "x-fast-run: r\r\n");
            Assert.Equal(1 - (asked * Cost), answer.Number("x-fast-remaining"));
            Assert.Equal((asked * Cost, asked), (answer.Number("x-fast-run-cost-usd"), (int)answer.Number("x-fast-run-requests")));
        }
    }

    [Fact]
    public async Task A_failure_costs_nothing_and_the_next_target_what_it_costs()
    {
        Assert.Equal(503, (await gateway.PostAsync("failures", Ask("mock/fault-503"))).Status);
        Assert.Equal(502, (await gateway.PostAsync("failures", Ask("mock/close-before-head"))).Status);
        HttpAnswer answer = await gateway.PostAsync("failures", Ask("flaky"));
        Assert.Equal((200, Cost, 1 - Cost), (answer.Status, answer.Number("x-fast-cost-usd"), answer.Number("x-fast-remaining")));
    }

    [Fact]
    public async Task Many_at_once_never_pass_the_budget_and_leave_nothing_set_aside()
    {
        string body = Ask("mock/tokens-10", "hi", "\"max_tokens\":10,");
        HttpAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => gateway.PostAsync("crowd", body)));
        Assert.All(answers, static answer => Assert.True(answer.Status is 200 or 429, answer.Body));
        Assert.Contains(answers, static answer => answer.Status == 200);
        foreach (HttpAnswer answer in answers.Where(static answer => answer.Status == 429))
        {
            JsonElement fast = answer.Refusal();
            Assert.InRange(fast.Number("spent") + fast.Number("reserved"), 0, 0.2m);
            Assert.Equal(fast.Text("decision") == "reserved_by_others" ? "true" : "false", answer.Field("x-should-retry"));
        }

        HttpAnswer last = await UntilRefusedAsync("crowd", body: body);
        Assert.Equal(("spent", 0m), (last.Refusal().Text("decision"), last.Refusal().Number("reserved")));

        // A request is admitted as long as one token can be paid, so what is left is less than the bound of its input and one token.
        Assert.InRange(last.Refusal().Number("spent"), 0.2m - (InputMax(body) * 0.0001m) - 0.001m, 0.2m);
    }

    private static int Affordable(decimal budget, string body) => (int)((budget - (InputMax(body) * 0.0001m)) / 0.001m);

    private async Task<HttpAnswer> UntilRefusedAsync(string key, string fields = "", string? body = null)
    {
        for (int asked = 0; asked < 30; asked++)
        {
            HttpAnswer answer = await gateway.PostAsync(key, body ?? s_ask, fields);
            if (answer.Status != 200)
                return answer;
        }

        throw new InvalidOperationException("Nothing was refused.");
    }

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            organisations:
              small: { budget: 0.03 USD }
            teams:
              small: { budget: 0.03 USD }
            keys:
            {{Key("refused", "budget: 0.03 USD per day")}}{{Key("in-organisation", "organisation: small, budget: 5 USD")}}
            {{Key("in-team", "team: small, budget: [5 USD, 5 USD per day]")}}{{Key("for-all-time", "budget: 0.03 USD")}}
            {{Key("with-runs", "budget: 5 USD, run: { budget: 0.03 USD }")}}{{Key("spliced", "budget: 0.05 USD")}}
            {{Key("lowered-1", "budget: 0.05 USD")}}{{Key("lowered-2", "budget: 0.05 USD")}}{{Key("rich", "budget: 5 USD per day")}}
            {{Key("unpriced", "budget: 0.03 USD, unpriced: allow")}}{{Key("free", "expires: 2099-01-01")}}
            {{Key("tokens", "budget: 150 tokens per day")}}{{Key("requests", "budget: 2 requests per month")}}
            {{Key("remains", "budget: 1 USD")}}{{Key("failures", "budget: 1 USD")}}{{Key("crowd", "budget: 0.2 USD")}}
            """;
    }
}

using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Routing;

/// <summary>Which targets of a model are asked, and which are passed over because nobody knows what they cost.</summary>
public sealed class TargetOrderTests
{
    private const string Ask = """{"model":"both","max_tokens":10}""";
    private const string DryRun = TestRequests.KeyField + "x-fast-dry-run: true\r\n";

    private static readonly BudgetSpec s_money = new(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total);

    private readonly TestLedger _ledger = new();
    private AccountState _account = TestPolicy.Account(AccountKind.Key, s_money, new BudgetSpec(BudgetUnit.Requests, 10, BudgetPeriod.Total));
    private RunTemplate _run = RunTemplate.Default;
    private bool _allowsUnpriced;

    [Theory]
    [InlineData("", 403, "")]
    [InlineData("0", 200, "mock")]
    [InlineData("1", 200, "mock2")]
    [InlineData("2", 200, "mock3")]
    [InlineData("12", 200, "mock2")]
    [InlineData("012", 200, "mock")]
    public async Task A_target_without_a_price_is_passed_over_and_a_dry_run_says_so(string priced, int status, string asked)
    {
        using TestServer server = Server(priced);
        TestAnswer dry = new(await server.AnswerAsync(TestRequests.Chat(Ask, DryRun)));
        Assert.Empty(server.Upstream.Requests);
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
        Assert.Equal((status, status), (dry.Status, answer.Status));
        if (status != 200)
        {
            // The first of them is the one to tell.
            string[] refusals = [dry.Body, answer.Body];
            Assert.All(refusals, static body => Assert.Contains("'mock/served by mock'", body));
            Assert.All(refusals, static body => Assert.Contains("\"code\":\"model_unpriced\"", body));
            Assert.Empty(server.Upstream.Requests);
            Assert.Equal(0, _account.Budgets[1].Current!.Taken);
            return;
        }

        Assert.Contains($"\"decision\":\"allow\",\"key\":\"name of sk-all\",\"run\":null,\"provider\":\"{asked}\",\"model\":\"served by {asked}\",\"priced\":true", dry.Body);
        Assert.Equal($"{asked}.invalid", Assert.Single(server.Upstream.Requests).Message.RequestUri!.Host);
        LedgerRecord record = Assert.Single(_ledger.Records);
        Assert.Equal((asked, $"served by {asked}", 1, true, null), (record.Provider, record.UpstreamModel, record.Attempts, record.Priced, record.Decision));
        Assert.Equal((1, 1), (_account.Budgets[1].Current!.Settled, _account.Budgets[1].Current!.Taken));
    }

    [Theory]
    [InlineData("1", "mock2", 1)]
    [InlineData("02", "mock mock3", 2)]
    [InlineData("0", "mock", 1)]
    public async Task When_those_with_a_price_fail_their_failure_is_told(string priced, string asked, int attempts)
    {
        using TestServer server = Server(priced);
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("{\"its\":\"own\"}", 503));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
        Assert.Equal((503, "{\"its\":\"own\"}"), (answer.Status, answer.Body));
        Assert.Equal(asked, string.Join(' ', server.Upstream.Requests.Select(static one => one.Message.RequestUri!.Host.Replace(".invalid", "", StringComparison.Ordinal))));
        Assert.Equal(attempts, Assert.Single(_ledger.Records).Attempts);
    }

    [Fact]
    public async Task One_with_a_price_that_cannot_be_paid_is_refused_and_no_other_is_asked()
    {
        _account = TestPolicy.Account(BudgetUnit.Usd, 10);
        using TestServer server = Server("12");
        Assert.All(
            (string[])[await server.AnswerAsync(TestRequests.Chat(Ask, DryRun)), await server.AnswerAsync(TestRequests.Chat(Ask))],
            static answer => Assert.Contains("\"code\":\"budget_exceeded\"", answer));
        Assert.Empty(server.Upstream.Requests);
    }

    [Fact]
    public void Only_where_money_is_counted_a_price_is_needed()
    {
        Assert.Equal("mock2", Chosen());
        _allowsUnpriced = true;
        Assert.Equal("mock", Chosen());
        _allowsUnpriced = false;
        Assert.Equal("mock", Chosen("moderations"));
        _account = TestPolicy.Account(BudgetUnit.Tokens, 100_000);
        Assert.Equal("mock", Chosen());
        _run = new RunTemplate { Budgets = [s_money] };
        Assert.Equal("mock", Chosen());
        Assert.Equal("mock2", Chosen(fields: "x-fast-run: r\r\n"));
    }

    [Theory]
    [InlineData("0", "both")]
    [InlineData("2", "both")]
    [InlineData("", null)]
    public void Who_is_out_of_money_is_told_of_a_model_of_which_any_target_can_be_paid(string priced, string? affordable)
    {
        const string body = """{"model":"chat","n":9}""";
        _account = TestPolicy.Account(BudgetUnit.Usd, ((body.Length + 16) * 1000) + (8 * 4000));
        Exchange exchange = new TestExchange(TestRequests.Chat(body), Of(priced)).Exchange;
        Assert.False(TestPolicy.Reserve(exchange));
        Assert.Equal((Fault.BudgetExceeded, affordable), (exchange.Fault, exchange.Refusal!.Cheaper));
    }

    [Theory]
    [InlineData("0", Fault.None)]
    [InlineData("1", Fault.RateLimitExceeded)]
    public void How_many_tokens_are_likely_is_known_of_the_target_that_will_be_asked(string priced, Fault fault)
    {
        _account.Limits.Update(null, new Rate(Ask.Length / 2, 3_600_000), null, default);
        TestExchange test = new(TestRequests.Chat(Ask), Of(priced));

        // Of any other model a fourth of the bytes is likely; this one was seen to make a token of each.
        test.Snapshot.Models.Find("both"u8)!.Targets[1].State.Input.Learn(1000, 1000);
        TestPolicy.Admit(test.Exchange);
        Assert.Equal(fault, test.Exchange.Fault);
    }

    private string? Chosen(string endpoint = "chat/completions", string fields = "")
    {
        string request = TestRequests.Chat(Ask, TestRequests.KeyField + fields).Replace("chat/completions", endpoint, StringComparison.Ordinal);
        Exchange exchange = new TestExchange(request, Of("12")).Exchange;
        Assert.True(TestPolicy.Reserve(exchange), exchange.Fault.ToString());
        Assert.Equal(Fault.None, exchange.Fault);
        return exchange.Route.Provider?.Name;
    }

    private TestServer Server(string priced) => new(Of(priced));

    private TestSnapshot Of(string priced) => new()
    {
        Providers = 3,
        Price = TestPolicy.Price,
        IsPriced = index => priced.Contains((char)('0' + index)),
        Ledger = _ledger,
        Change = key => key with { Accounts = [_account], Run = _run, AllowsUnpriced = _allowsUnpriced },
    };
}

using System;
using System.Linq;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Stages;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Stages;

public sealed class ReserveStageTests
{
    private const string Chat = "chat/completions";
    private const string Wish = "\"stream_options\":{\"include_usage\":true}";

    [Theory]
    [InlineData(Chat, 10, """{"model":"mock/z"}""", """{"max_tokens":10,"model":"z"}""")]
    [InlineData(Chat, 10, """ { "a" : 1, "model" : "mock/z" }""", """ {"max_tokens":10, "a" : 1, "model" : "z" }""")]
    [InlineData(Chat, 10, """{"max_tokens":50,"model":"mock/z"}""", """{"max_tokens":10,"model":"z"}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_tokens": 10 }""", """{"model":"z","max_tokens": 10 }""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_tokens":11}""", """{"model":"z","max_tokens":10}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_tokens":null}""", """{"model":"z","max_tokens":10}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_completion_tokens":50}""", """{"model":"z","max_completion_tokens":10}""")]
    [InlineData(Chat, 10, """{"max_tokens":null,"model":"mock/z","max_completion_tokens":50}""", """{"max_tokens":null,"model":"z","max_completion_tokens":10}""")]
    [InlineData(Chat, 10, """{"max_tokens":60,"model":"mock/z","max_completion_tokens":50}""", """{"max_tokens":10,"model":"z","max_completion_tokens":10}""")]
    [InlineData(Chat, 10, """{"max_tokens":5,"model":"mock/z","max_completion_tokens":50}""", """{"max_tokens":5,"model":"z","max_completion_tokens":10}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_completion_tokens":null}""", """{"max_tokens":10,"model":"z","max_completion_tokens":null}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_tokens":50,"n":3}""", """{"model":"z","max_tokens":3,"n":3}""")]
    [InlineData(Chat, 4096, """{"model":"mock/z","max_tokens":null}""", """{"model":"z","max_tokens":null}""")]
    [InlineData(Chat, 4095, """{"model":"mock/z"}""", """{"max_tokens":4095,"model":"z"}""")]
    [InlineData(Chat, 10, """{"model":"mock/z","max_output_tokens":50}""", """{"max_tokens":10,"model":"z","max_output_tokens":50}""")]
    [InlineData("completions", 10, """{"model":"mock/z","prompt":"x"}""", """{"max_tokens":10,"model":"z","prompt":"x"}""")]
    [InlineData("completions", 10, """{"model":"mock/z","max_tokens":50,"best_of":2}""", """{"model":"z","max_tokens":5,"best_of":2}""")]
    [InlineData("completions", 10, """{"model":"mock/z","max_tokens":50,"prompt":["a","b"]}""", """{"model":"z","max_tokens":5,"prompt":["a","b"]}""")]
    [InlineData("completions", 10, """{"model":"mock/z","max_tokens":50,"prompt":[[1,2],[3]]}""", """{"model":"z","max_tokens":5,"prompt":[[1,2],[3]]}""")]
    [InlineData("completions", 10, """{"model":"mock/z","max_tokens":50,"prompt":[1,2,3]}""", """{"model":"z","max_tokens":10,"prompt":[1,2,3]}""")]
    [InlineData("responses", 16, """{"model":"mock/z","input":"x"}""", """{"max_output_tokens":16,"model":"z","input":"x"}""")]
    [InlineData("responses", 20, """{"model":"mock/z","max_output_tokens":50}""", """{"model":"z","max_output_tokens":20}""")]
    [InlineData("responses", 20, """{"model":"mock/z","max_output_tokens":null}""", """{"model":"z","max_output_tokens":20}""")]
    [InlineData("responses", 20, """{"model":"mock/z","max_tokens":5}""", """{"max_output_tokens":20,"model":"z","max_tokens":5}""")]
    public void The_length_is_lowered_to_what_can_be_paid_and_nothing_else_changes(string endpoint, int affordable, string sent, string expected)
    {
        Assert.Equal(expected, Rewritten(endpoint, affordable, sent));
    }

    [Theory]
    [InlineData(Chat, """{"model":"mock/z"}""", """{"max_completion_tokens":10,"model":"z"}""")]
    [InlineData(Chat, """{"model":"mock/z","max_tokens":50}""", """{"model":"z","max_tokens":10}""")]
    [InlineData(Chat, """{"model":"mock/z","max_completion_tokens":null}""", """{"model":"z","max_completion_tokens":10}""")]
    [InlineData("completions", """{"model":"mock/z"}""", """{"max_tokens":10,"model":"z"}""")]
    public void A_provider_gets_the_limit_under_its_own_name(string endpoint, string sent, string expected)
    {
        Assert.Equal(expected, Rewritten(endpoint, 10, sent, takesMaxCompletionTokens: true));
    }

    [Theory]
    [InlineData(Chat, """{"model":"mock/z","stream":true}""", $$"""{{{Wish}},"model":"z","stream":true}""")]
    [InlineData(Chat, """{"stream_options":null,"stream":true,"model":"mock/z"}""", $$"""{{{Wish}},"stream":true,"model":"z"}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{}}""", $$"""{"model":"z","stream":true,{{Wish}}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include_usage":false}}""", $$"""{"model":"z","stream":true,{{Wish}}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include_usage":null, "a":[1]}}""",
        """{"model":"z","stream":true,"stream_options":{"include_usage":true, "a":[1]}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{ "a":{"include_usage":true} }}""",
        """{"model":"z","stream":true,"stream_options":{"include_usage":true, "a":{"include_usage":true} }}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include_usage":false,"include_usage":false}}""", $$"""{"model":"z","stream":true,{{Wish}}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include_usage":true,"include_usage":false}}""", $$"""{"model":"z","stream":true,{{Wish}}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include\u005fusage":false}}""",
        """{"model":"z","stream":true,"stream_options":{"include\u005fusage":true}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"\ud800\ud800\ud800":1}}""",
        """{"model":"z","stream":true,"stream_options":{"include_usage":true,"\ud800\ud800\ud800":1}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":{"include_usage": true ,"b":1}}""",
        """{"model":"z","stream":true,"stream_options":{"include_usage": true ,"b":1}}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":true,"stream_options":[]}""", """{"model":"z","stream":true,"stream_options":[]}""")]
    [InlineData(Chat, """{"model":"mock/z","stream":false}""", """{"model":"z","stream":false}""")]
    [InlineData("completions", """{"model":"mock/z","stream":true}""", $$"""{{{Wish}},"model":"z","stream":true}""")]
    [InlineData("responses", """{"model":"mock/z","stream":true}""", """{"model":"z","stream":true}""")]
    public void A_stream_is_asked_for_its_usage_and_nothing_else_changes(string endpoint, string sent, string expected)
    {
        Assert.Equal(expected, Rewritten(endpoint, 100_000, sent));
    }

    [Fact]
    public void Length_and_usage_are_asked_for_at_once()
    {
        Assert.Equal($$"""{"max_tokens":10,{{Wish}},"model":"z","stream":true}""", Rewritten(Chat, 10, """{"model":"mock/z","stream":true}"""));
        Assert.Equal("""{"stream_options":{"include_usage":true,"x":1},"max_tokens":10,"stream":true,"max_completion_tokens":10,"model":"z"}""",
            Rewritten(Chat, 10, """{"stream_options":{"x":1},"max_tokens":70,"stream":true,"max_completion_tokens":70,"model":"mock/z"}"""));
    }

    [Fact]
    public void Deeply_nested_options_are_the_providers_to_refuse()
    {
        string deep = new string('[', 200) + new string(']', 200);
        string sent = "{\"model\":\"z\",\"stream\":true,\"stream_options\":{\"a\":" + deep + "}}";
        Assert.Equal(sent.Replace("{\"a\"", "{\"include_usage\":true,\"a\"", StringComparison.Ordinal), Rewritten(Chat, 100_000, sent.Replace("\"z\"", "\"mock/z\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_provider_that_does_not_take_the_wish_is_not_asked()
    {
        Assert.Equal("""{"model":"z","stream":true}""", Rewritten(Chat, 100_000, """{"model":"mock/z","stream":true}""", takesStreamOptions: false));
    }

    [Theory]
    [InlineData(Chat, 0)]
    [InlineData("completions", 0)]
    [InlineData("responses", 15)]
    public void What_cannot_afford_the_shortest_answer_is_refused_and_sets_nothing_aside(string endpoint, int affordable)
    {
        const string body = """{"model":"mock/z"}""";
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, BudgetFor(body, affordable));
        Exchange exchange = Exchanged(endpoint, body, account);
        Assert.False(TestPolicy.Reserve(exchange));
        Assert.Equal((Fault.BudgetExceeded, "larger_than_limit", "key:a"), (exchange.Fault, exchange.Refusal!.Decision, exchange.Refusal.Account));
        Assert.Equal((0, 0, false), (account.Budgets[0].Current!.Taken, exchange.Refusal.RetryAfterSeconds, exchange.Refusal.ShouldRetry));
    }

    [Fact]
    public void A_model_without_a_price_is_refused_where_money_is_limited()
    {
        AccountState money = TestPolicy.Account(BudgetUnit.Usd, 1000);
        Exchange refused = Unpriced(money, allows: false);
        Assert.False(TestPolicy.Reserve(refused));
        Assert.Equal((Fault.ModelUnpriced, "mock/z"), (refused.Fault, refused.FaultDetail));
        Assert.True(TestPolicy.Reserve(Unpriced(money, allows: true)));
        Assert.True(TestPolicy.Reserve(Unpriced(TestPolicy.Account(BudgetUnit.Tokens, 1000), allows: false)));
    }

    [Theory]
    [InlineData(",\"service_tier\":\"default\"", 1)]
    [InlineData(",\"service_tier\":\"scale\"", 1)]
    [InlineData(",\"service_tier\":\"flex\"", 1)]
    [InlineData(",\"service_tier\":\"flex\"", 3, 3)]
    [InlineData(",\"service_tier\":\"priority\"", 2)]
    [InlineData(",\"service_tier\":\"priorit\\u0079\"", 2)]
    [InlineData(",\"service_tier\":\"auto\"", 2)]
    [InlineData(",\"service_tier\":null", 2)]
    [InlineData(",\"service_tier\":7", 2)]
    [InlineData("", 2)]
    [InlineData("", 3, 3)]
    public void The_dearest_service_that_may_be_billed_is_set_aside_for(string member, int times, long flexTimes = 0)
    {
        string body = $$"""{"model":"mock/z","max_tokens":10{{member}}}""";
        ModelPrice price = TestPolicy.Price with { Priority = TestPolicy.Priced(2_000_000, 8_000_000), Flex = TestPolicy.Priced(flexTimes * 1_000_000, flexTimes * 4_000_000) };
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000);
        Exchange exchange = new TestExchange(Request(Chat, body), TestPolicy.With([account], price)).Exchange;
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal(times * BudgetFor(body, 10), account.Budgets[0].Current!.Taken);
    }

    [Theory]
    [InlineData(ServiceTiers.None, 2)]
    [InlineData(ServiceTiers.Plain, 1)]
    [InlineData(ServiceTiers.Priority, 2)]
    public void What_the_project_is_set_to_is_set_aside_where_the_operator_has_said_it(ServiceTiers tier, int times)
    {
        const string body = """{"model":"mock/z","max_tokens":10}""";
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000);
        TestSnapshot snapshot = TestPolicy.With([account], TestPolicy.Price with { Priority = TestPolicy.Priced(2_000_000, 8_000_000) });
        snapshot.ServiceTier = tier;
        Exchange exchange = new TestExchange(Request(Chat, body), snapshot).Exchange;
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal(times * BudgetFor(body, 10), account.Budgets[0].Current!.Taken);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"service_tier\":\"default\"", "chat")]
    public void What_is_proposed_instead_can_be_paid_for_whatever_service_it_gets(string member, string? proposed)
    {
        string body = $$"""{"model":"mock/z","n":2{{member}}}""";
        ModelPrice price = TestPolicy.Price with { Priority = TestPolicy.Priced(2_000_000, 8_000_000) };
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, BudgetFor(body, 1) + 1);
        Exchange exchange = new TestExchange(Request(Chat, body), TestPolicy.With([account], price)).Exchange;
        Assert.False(TestPolicy.Reserve(exchange));
        Assert.Equal(proposed, exchange.Refusal!.Cheaper);
    }

    [Fact]
    public void The_next_target_is_paid_for_in_the_place_of_the_first()
    {
        AccountState account = TestPolicy.Account(AccountKind.Key,
            new BudgetSpec(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, 10, BudgetPeriod.Total));
        Exchange exchange = Exchanged(Chat, """{"model":"both","max_tokens":10}""", account);
        Assert.True(TestPolicy.Reserve(exchange));
        long taken = account.Budgets[0].Current!.Taken;
        Assert.Equal(1, exchange.Route.Tried);
        Assert.True(RouteStage.TryNextTarget(exchange) && Now.Of(ReserveStage.RunAsync(exchange)));
        Assert.Equal((taken, taken), (account.Budgets[0].Current!.Taken, exchange.Kit.Reservation.Budgets.Held.Usd));
        Assert.Equal((1, 1), (account.Budgets[1].Current!.Taken, exchange.Kit.Reservation.Budgets.Held.Requests));
    }

    [Fact]
    public void More_is_leased_until_it_fits_and_without_a_lease_nothing_is_spent()
    {
        TestLedger ledger = new() { LeaseBeyond = 0 };
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000);
        Exchange exchange = Leased(account, ledger);
        Assert.True(TestPolicy.Reserve(exchange));
        BudgetWindow window = account.Budgets[0].Current!;
        Assert.Equal(window.Taken, window.Leased);
        ledger.LeaseBeyond = -1;
        Exchange second = Leased(account, ledger);
        Assert.False(TestPolicy.Reserve(second));
        Assert.Equal((Fault.LedgerUnavailable, window.Leased), (second.Fault, window.Taken));
    }

    [Theory]
    [InlineData(true, true, Fault.None)]
    [InlineData(false, true, Fault.LedgerUnavailable)]
    [InlineData(true, false, Fault.LedgerUnavailable)]
    public void Who_has_a_budget_needs_a_ledger_that_works(bool healthy, bool places, Fault fault)
    {
        TestLedger ledger = new() { IsHealthy = healthy, HasPlaces = places };
        Exchange exchange = Leased(TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000), ledger);
        TestPolicy.Admit(exchange);
        Assert.Equal(fault, exchange.Fault);
    }

    [Fact]
    public void A_run_that_has_made_all_its_requests_is_told_so()
    {
        RunTable runs = new("k");
        TestSnapshot snapshot = new()
        {
            Price = TestPolicy.Price,
            Change = key => key with { Runs = runs, Run = new RunTemplate { Budgets = [new(BudgetUnit.Requests, 1, BudgetPeriod.Total)] } },
        };
        string request = TestRequests.Chat("""{"model":"mock/z"}""", TestRequests.KeyField + "x-fast-run: r\r\n");
        Assert.True(TestPolicy.Reserve(new TestExchange(request, snapshot).Exchange));
        Exchange second = new TestExchange(request, snapshot).Exchange;
        Assert.False(TestPolicy.Reserve(second));
        Assert.Equal((Fault.RunLimitExceeded, "run:name of sk-all/r"), (second.Fault, second.Refusal!.Account.Replace("run:k/", "run:name of sk-all/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", false, "run:k/p run:k/r")]
    [InlineData("", true, "run:k/p run:k/r")]
    [InlineData("x-fast-dry-run: true\r\n", false, "")]
    [InlineData("x-fast-dry-run: true\r\n", true, "")]
    public void Whose_child_a_run_is_is_told_before_anything_is_leased_for_it(string fields, bool hasBudget, string told)
    {
        TestLedger ledger = new() { IsSlow = true };
        ledger.OnLease = () => Assert.Equal(told.Length > 0 ? 2 : 0, ledger.Touched.Count);
        TestSnapshot snapshot = new()
        {
            Price = TestPolicy.Price,
            Ledger = ledger,
            Change = key => key with
            {
                Runs = new RunTable("k"),
                Run = new RunTemplate { Budgets = hasBudget ? [new(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total)] : [] },
            },
        };
        string request = TestRequests.Chat("""{"model":"mock/z"}""", $"{TestRequests.KeyField}x-fast-run: r\r\nx-fast-parent-run: p\r\n{fields}");
        Assert.True(TestPolicy.Reserve(new TestExchange(request, snapshot).Exchange));
        ledger.Write();
        Assert.Equal(told, string.Join(' ', ledger.Runs.Keys.Order(StringComparer.Ordinal)));
    }

    private static string Rewritten(
        string endpoint, int affordable, string body, bool takesMaxCompletionTokens = false, bool takesStreamOptions = true)
    {
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, BudgetFor(body, affordable));
        TestSnapshot snapshot = new()
        {
            Price = TestPolicy.Price,
            Change = key => key with { Accounts = [account] },
            TakesMaxCompletionTokens = takesMaxCompletionTokens,
            TakesStreamOptions = takesStreamOptions,
        };
        Exchange exchange = new TestExchange(Request(endpoint, body), snapshot).Exchange;
        Assert.True(TestPolicy.Reserve(exchange), exchange.Fault.ToString());
        RewriteStage.Run(exchange);
        OutgoingSection outgoing = exchange.Outgoing;
        return Outgoing.TextOf(outgoing);
    }

    /// <summary>Money for the request and so many tokens of its answer.</summary>
    private static long BudgetFor(string body, int tokens) => ((body.Length + 16) * 1000L) + (tokens * 4000L);

    private static Exchange Exchanged(string endpoint, string body, AccountState account) =>
        new TestExchange(Request(endpoint, body), TestPolicy.With([account])).Exchange;

    private static Exchange Unpriced(AccountState account, bool allows) => new TestExchange(TestRequests.Chat("""{"model":"mock/z"}"""),
        new TestSnapshot { Change = key => key with { Accounts = [account], AllowsUnpriced = allows } }).Exchange;

    private static Exchange Leased(AccountState account, TestLedger ledger) => new TestExchange(TestRequests.Chat("""{"model":"mock/z","max_tokens":10}"""),
        new TestSnapshot { Price = TestPolicy.Price, Ledger = ledger, Change = key => key with { Accounts = [account] } }).Exchange;

    private static string Request(string endpoint, string body) => TestRequests.Chat(body).Replace(Chat, endpoint, StringComparison.Ordinal);
}

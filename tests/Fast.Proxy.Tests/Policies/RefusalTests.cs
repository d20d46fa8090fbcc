using System;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies;

/// <summary>What a refusal says of a budget: why, what would have been needed, and whether another try makes sense.</summary>
public sealed class RefusalTests
{
    private const string Ask = """{"model":"mock/z"}""";

    /// <summary>The least that <see cref="Ask"/> takes: its bytes, the frame and one token of output, in nano-dollars.</summary>
    private static readonly long s_least = ((Ask.Length + 16) * 1000) + 4000;

    [Theory]
    [InlineData(0, 0, -1, BudgetPeriod.Day, "larger_than_limit", "; that is more than the whole limit, so it can never pass as it is")]
    [InlineData(1, 0, -1, BudgetPeriod.Day, "larger_than_limit", "; that is more than the whole limit, so it can never pass as it is")]
    [InlineData(0, 1, 0, BudgetPeriod.Total, "reserved_by_others", "; it can pass when others have finished")]
    [InlineData(0, 1, 0, BudgetPeriod.Day, "reserved_by_others", "; it can pass when others have finished")]
    [InlineData(1, 0, 0, BudgetPeriod.Day, "spent", "; it can pass when the window ends")]
    [InlineData(1, 0, 0, BudgetPeriod.Total, "spent", "; what is spent does not come back")]
    [InlineData(1, 1, 0, BudgetPeriod.Day, "spent", "; it can pass when the window ends")]
    [InlineData(1, 1, 1, BudgetPeriod.Day, "reserved_by_others", "; it can pass when others have finished")]
    public void It_says_what_is_needed_and_whether_that_will_ever_fit(
        long spent, long reserved, long more, BudgetPeriod period, string decision, string outlook)
    {
        AccountState account = TestPolicy.Account(AccountKind.Key, new BudgetSpec(BudgetUnit.Usd, s_least + more, period));
        Exchange exchange = new TestExchange(TestRequests.Chat(Ask), TestPolicy.With([account])).Exchange;
        BudgetWindow window = TestPolicy.Opened(account.Budgets[0], now: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(BudgetTake.Taken, window.TryTake(spent + reserved));
        window.Settle(spent, spent);
        Assert.False(TestPolicy.Reserve(exchange));
        Refusal refusal = exchange.Refusal!;
        Assert.Equal((Fault.BudgetExceeded, decision, AmountText.Dollars(s_least)), (exchange.Fault, refusal.Decision, refusal.Needed));
        Assert.EndsWith($" spent and {AmountText.Dollars(reserved)} set aside, at least {AmountText.Dollars(s_least)} needed{outlook}", exchange.FaultDetail);
        Assert.Equal(decision == "reserved_by_others", refusal.ShouldRetry);
        Assert.Equal(decision == "spent" && period == BudgetPeriod.Day, refusal.RetryAfterSeconds > 1);
        Assert.Equal(decision != "larger_than_limit" && period == BudgetPeriod.Day, refusal.ResetsAt > 0);
    }

    [Theory]
    [InlineData(BudgetUnit.Tokens, "chat/completions", "", 1)]
    [InlineData(BudgetUnit.Tokens, "chat/completions", ",\"max_tokens\":500,\"n\":3", 3)]
    [InlineData(BudgetUnit.Tokens, "chat/completions", ",\"stream\":true", 1)]
    [InlineData(BudgetUnit.Tokens, "responses", "", 16)]
    [InlineData(BudgetUnit.Tokens, "embeddings", "", 0)]
    public void What_is_needed_is_the_request_and_its_shortest_answer_in_the_unit_of_the_limit(BudgetUnit unit, string endpoint, string members, int output)
    {
        string body = Ask.Replace("}", members + "}", StringComparison.Ordinal);
        long needed = body.Length + 16 + output;
        Refusal refusal = Refused(unit, needed - 1, endpoint, body);
        Assert.Equal(($"{needed}", $"{needed - 1}", "tokens"), (refusal.Needed, refusal.LimitAmount, refusal.Unit));

        // It is the least: with that much it passes.
        Exchange passed = Asked(unit, needed, endpoint, body);
        Assert.True(TestPolicy.Reserve(passed), passed.FaultDetail);
    }

    [Fact]
    public void Of_requests_one_is_needed()
    {
        AccountState account = TestPolicy.Account(BudgetUnit.Requests, 1);
        Assert.True(TestPolicy.Reserve(new TestExchange(TestRequests.Chat(Ask), TestPolicy.With([account])).Exchange));
        Exchange second = new TestExchange(TestRequests.Chat(Ask), TestPolicy.With([account])).Exchange;
        Assert.False(TestPolicy.Reserve(second));
        Assert.Equal(("1", "requests", "reserved_by_others"), (second.Refusal!.Needed, second.Refusal.Unit, second.Refusal.Decision));
    }

    [Fact]
    public async Task The_answer_has_it_beside_the_limit_and_in_words()
    {
        AccountState account = TestPolicy.Account(BudgetUnit.Usd, 10);
        using TestServer server = new(TestPolicy.With([account]));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat(Ask)));
        Assert.Equal((429, "false"), (answer.Status, answer.Field("x-should-retry")));
        Assert.Contains($"\"unit\":\"usd\",\"spent\":0,\"reserved\":0,\"window\":\"total\",\"needed\":{AmountText.Dollars(s_least)}", answer.Body);
        Assert.Contains($"at least {AmountText.Dollars(s_least)} needed; that is more than the whole limit, so it can never pass as it is.\"", answer.Body);
    }

    [Fact]
    public void A_limit_per_time_that_is_smaller_than_the_request_says_so_in_words()
    {
        AccountState account = TestPolicy.Account(AccountKind.Key);
        account.Limits.Update(null, new Rate(1, 60_000), null, TimeSpan.Zero);
        Exchange exchange = new TestExchange(TestRequests.Chat(Ask), TestPolicy.With([account])).Exchange;
        Assert.False(TestPolicy.Admit(exchange));
        Assert.Equal("key:a, 1 tokens per minute; the request alone is larger, so it can never pass as it is", exchange.FaultDetail);
    }

    private static Refusal Refused(BudgetUnit unit, long limit, string endpoint, string body)
    {
        Exchange exchange = Asked(unit, limit, endpoint, body);
        Assert.False(TestPolicy.Reserve(exchange));
        return exchange.Refusal!;
    }

    private static Exchange Asked(BudgetUnit unit, long limit, string endpoint, string body) => new TestExchange(
        TestRequests.Chat(body).Replace("chat/completions", endpoint, StringComparison.Ordinal),
        TestPolicy.With([TestPolicy.Account(unit, limit)])).Exchange;
}

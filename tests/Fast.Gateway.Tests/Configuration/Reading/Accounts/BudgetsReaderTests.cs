using System.Collections.Generic;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class BudgetsReaderTests
{
    private const string Forms = "write it like `10 USD per day`, `1000000 tokens per hour`, `500 requests per month` or `100 USD`";

    [Theory]
    [InlineData("10 USD per day", BudgetUnit.Usd, 10_000_000_000, BudgetPeriod.Day)]
    [InlineData("$10 per day", BudgetUnit.Usd, 10_000_000_000, BudgetPeriod.Day)]
    [InlineData("$0.25", BudgetUnit.Usd, 250_000_000, BudgetPeriod.Total)]
    [InlineData("0.5 USD", BudgetUnit.Usd, 500_000_000, BudgetPeriod.Total)]
    [InlineData("0.5 usd per total", BudgetUnit.Usd, 500_000_000, BudgetPeriod.Total)]
    [InlineData("0.000000001 USD per minute", BudgetUnit.Usd, 1, BudgetPeriod.Minute)]
    [InlineData("0.1000000000000 USD", BudgetUnit.Usd, 100_000_000, BudgetPeriod.Total)]
    [InlineData("16777217.000000001 USD per week", BudgetUnit.Usd, 16_777_217_000_000_001, BudgetPeriod.Week)]
    [InlineData("1000000000 USD per month", BudgetUnit.Usd, 1_000_000_000_000_000_000, BudgetPeriod.Month)]
    [InlineData("999999999.999999999 USD", BudgetUnit.Usd, 999_999_999_999_999_999, BudgetPeriod.Total)]
    [InlineData("1000000 tokens per hour", BudgetUnit.Tokens, 1_000_000, BudgetPeriod.Hour)]
    [InlineData("1 token", BudgetUnit.Tokens, 1, BudgetPeriod.Total)]
    [InlineData("500   requests per  month", BudgetUnit.Requests, 500, BudgetPeriod.Month)]
    [InlineData("1000000000000000 requests", BudgetUnit.Requests, 1_000_000_000_000_000, BudgetPeriod.Total)]
    public void A_budget_is_read_exactly(string text, BudgetUnit unit, long limit, BudgetPeriod period) =>
        Assert.Equal([new BudgetSpec(unit, limit, period)], Read($"'{text}'"));

    [Fact]
    public void Several_are_kept_in_their_order() => Assert.Equal(
        [
            new BudgetSpec(BudgetUnit.Usd, 100_000_000_000, BudgetPeriod.Day),
            new BudgetSpec(BudgetUnit.Usd, 1_000_000_000_000, BudgetPeriod.Month),
            new BudgetSpec(BudgetUnit.Tokens, 2_000_000, BudgetPeriod.Day),
        ],
        Read("[100 USD per day, $1000 per month, env:TOKENS]", "TOKENS=2000000 tokens per day"));

    [Fact]
    public void Without_one_there_is_none() => Assert.Empty(Accounts.Good("models: [chat]").Budgets);

    [Theory]
    [InlineData("10", "has no unit; write `10 USD per day`")]
    [InlineData("0.5", "has no unit; write `0.5 USD per day`")]
    [InlineData("10 per month", "has no unit; write `10 USD per month`")]
    [InlineData("10 per turn", "has no unit; write `10 USD per day`")]
    [InlineData("USD 10 per day", "is not a budget; " + Forms)]
    [InlineData("10 USD a day", "is not a budget; " + Forms)]
    [InlineData("10 USD per", "is not a budget; " + Forms)]
    [InlineData("10 USD daily", "is not a budget; " + Forms)]
    [InlineData("$10 USD", "is not a budget; " + Forms)]
    [InlineData("$", "is not a budget; " + Forms)]
    [InlineData("10USD per day", "is not a budget; " + Forms)]
    [InlineData("-10 USD per day", "is not a budget; " + Forms)]
    [InlineData("1e3 USD", "is not a budget; " + Forms)]
    [InlineData("1.2.3 USD", "is not a budget; " + Forms)]
    [InlineData(".5 USD", "is not a budget; " + Forms)]
    [InlineData("١٠ USD", "is not a budget; " + Forms)]
    [InlineData("unlimited", "is not a budget; " + Forms)]
    public void What_is_no_budget_is_refused(string text, string fault) =>
        Assert.Equal($"4:11: `budget`: `{text}` {fault}", Accounts.Problem($"budget: '{text}'"));

    [Theory]
    [InlineData("10 EUR per day", ": unknown unit; known here: `USD`, `tokens`, `requests`")]
    [InlineData("10 tokns per day", ": unknown unit; did you mean `tokens`?")]
    [InlineData("10 USD per dy", ": unknown period; known here: `minute`, `hour`, `day`, `week`, `month`, `total`")]
    [InlineData("10 USD per mnth", ": unknown period; did you mean `month`?")]
    [InlineData("10 USD per Day", ": unknown period; did you mean `day`?")]
    [InlineData("0 USD per day", " allows nothing; write `disabled: true` for that")]
    [InlineData("0.000000000 USD", " allows nothing; write `disabled: true` for that")]
    [InlineData("0 requests", " allows nothing; write `disabled: true` for that")]
    [InlineData("0.0000000001 USD", " has more than 9 decimals; a nano-dollar is the least there is")]
    [InlineData("1000000000.000000001 USD", " is more than 1000000000 USD")]
    [InlineData("99999999999999999999999999999999 USD", " is more than 1000000000 USD")]
    [InlineData("1.5 tokens per day", ": tokens are counted in whole numbers")]
    [InlineData("1000000000000001 tokens", " is more than 1000000000000000 tokens")]
    [InlineData("99999999999999999999 requests", " is more than 1000000000000000 requests")]
    public void A_budget_with_a_wrong_part_is_refused(string text, string fault) =>
        Assert.Equal($"4:11: `budget`: `{text}`{fault}", Accounts.Problem($"budget: '{text}'"));

    [Theory]
    [InlineData("budget: ", "4:11: `budget` has no value")]
    [InlineData("budget: {}", "4:11: `budget` takes one value, not a mapping")]
    [InlineData("budget: []", "4:11: `budget` holds 0 budgets; it must be between 1 and 8")]
    [InlineData("budget: [1 USD, [2 USD]]", "4:19: `budget` takes one value, not a list")]
    [InlineData("budget: [1 USD per day, $2 per day]", "4:27: `budget`: `$2 per day` is the second in USD per day; keep one of them")]
    [InlineData("budget: [1 token, 2 tokens per total]", "4:21: `budget`: `2 tokens per total` is the second in tokens per total; keep one of them")]
    public void A_list_that_is_none_is_refused(string yaml, string problem) => Assert.Equal(problem, Accounts.Problem(yaml));

    [Fact]
    public void Eight_budgets_are_allowed_and_nine_are_not()
    {
        string[] periods = ["minute", "hour", "day", "week", "month", "total"];
        string eight = $"{Join(periods, "USD")}, 1 token per day, 1 token per week";
        Assert.Equal(8, Read($"[{eight}]").Count);
        Assert.Equal("4:11: `budget` holds 9 budgets; it must be between 1 and 8", Accounts.Problem($"budget: [{eight}, 1 request]"));

        static string Join(string[] periods, string unit) => string.Join(", ", System.Array.ConvertAll(periods, period => $"1 {unit} per {period}"));
    }

    [Fact]
    public void What_a_variable_holds_is_not_shown()
    {
        Assert.Equal("4:11: `budget`: `env:BUDGET` has no unit; " + Forms, Accounts.Problem("budget: env:BUDGET", "BUDGET=4711"));
        Assert.Equal("4:11: `budget`: `env:BUDGET`: unknown unit; known here: `USD`, `tokens`, `requests`",
            Accounts.Problem("budget: env:BUDGET", "BUDGET=4711 EUR"));
    }

    private static IReadOnlyList<BudgetSpec> Read(string budget, params string[] variables) =>
        Accounts.Good("budget: " + budget, variables).Budgets;
}

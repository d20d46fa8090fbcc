using System;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class RunReaderTests
{
    [Fact]
    public void A_whole_template_is_read()
    {
        RunDocument run = Read("required: true, budget: 1 USD, requests: 200, tool_calls: 500, duration: 30m, depth: 5, parallel: 4, repeats: 5");

        Assert.Equal([new BudgetSpec(BudgetUnit.Usd, 1_000_000_000, BudgetPeriod.Total)], run.Budgets);
        Assert.Equal((true, 200, 500), (run.Required, run.Requests, run.ToolCalls));
        Assert.Equal((TimeSpan.FromMinutes(30), 5, 4), (run.Duration, run.Depth, run.Parallel));
        Assert.Equal(new RepeatsDocument(5, RepeatsMode.Refuse), run.Repeats);
    }

    [Fact]
    public void What_is_not_written_does_not_hold()
    {
        Assert.Null(Accounts.Good("models: [chat]").Run);
        RunDocument run = Read("");
        Assert.Empty(run.Budgets);
        Assert.Equal(new RunDocument(), run with { Budgets = new RunDocument().Budgets });
        Assert.False(run.Required);
    }

    [Fact]
    public void A_run_has_budgets_for_its_whole_life() => Assert.Equal(
        [new BudgetSpec(BudgetUnit.Usd, 500_000_000, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Tokens, 9, BudgetPeriod.Total)],
        Read("budget: [$0.5 per total, 9 tokens]").Budgets);

    [Theory]
    [InlineData("{ count: 5 }", 5, RepeatsMode.Refuse)]
    [InlineData("{ count: 5, mode: refuse }", 5, RepeatsMode.Refuse)]
    [InlineData("{ count: 1000000, mode: warn }", 1_000_000, RepeatsMode.Warn)]
    public void Repetitions_have_a_mode(string yaml, int count, RepeatsMode mode) =>
        Assert.Equal(new RepeatsDocument(count, mode), Read($"repeats: {yaml}").Repeats);

    [Theory]
    [InlineData("budget: 1 USD per day", "4:18: `budget`: `1 USD per day`: a run's budget is for the whole run; leave the period out")]
    [InlineData("budget: 10", "4:18: `budget`: `10` has no unit; write `10 USD`")]
    [InlineData("budget: 10 per day", "4:18: `budget`: `10 per day` has no unit; write `10 USD`")]
    [InlineData("budget: [1 USD, $2]", "4:26: `budget`: `$2` is the second in USD per total; keep one of them")]
    [InlineData("budget: 9 requests, requests: 9", "4:30: `requests` and a `budget` in requests say the same; keep one of them")]
    [InlineData("required: yes", "4:20: `required` is `yes`; it must be `true` or `false`")]
    [InlineData("requests: 0", "4:20: `requests` is `0`; it must be a whole number between 1 and 1000000000000000")]
    [InlineData("tool_calls: many", "4:22: `tool_calls` is `many`; it must be a whole number between 1 and 1000000000000000")]
    [InlineData("duration: 0s", "4:20: `duration` is `0s`; it must be between 1s and 365d")]
    [InlineData("duration: 366d", "4:20: `duration` is `366d`; it must be between 1s and 365d")]
    [InlineData("depth: 0", "4:17: `depth` is `0`; it must be a whole number between 1 and 32")]
    [InlineData("depth: 33", "4:17: `depth` is `33`; it must be a whole number between 1 and 32")]
    [InlineData("parallel: 0", "4:20: `parallel` is `0`; it must be a whole number between 1 and 1000000")]
    [InlineData("repeats: 0", "4:19: `repeats` is `0`; it must be a whole number between 1 and 1000000")]
    [InlineData("repeats: []", "4:19: `repeats` takes one value, not a list")]
    [InlineData("repeats: { mode: warn }", "4:19: `repeats` needs `count`")]
    [InlineData("repeats: { count: x }", "4:28: `count` is `x`; it must be a whole number between 1 and 1000000")]
    [InlineData("repeats: { count: 5, mode: strip }", "4:37: unknown `mode` `strip`; known here: `refuse`, `warn`")]
    [InlineData("repeats: { count: 5, mode: wran }", "4:37: unknown `mode` `wran`; did you mean `warn`?")]
    [InlineData("repeat: 5", "4:10: unknown member `repeat` in `run`; did you mean `repeats`?")]
    public void A_wrong_template_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Accounts.Problem($"run: {{ {yaml} }}"));

    private static RunDocument Read(string members) => Assert.IsType<RunDocument>(Accounts.Good($"run: {{ {members} }}").Run);
}

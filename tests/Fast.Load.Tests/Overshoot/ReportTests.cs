using System.Linq;
using System.Net;
using System.Text.Json;
using Fast.Load.Overshoot;
using Fast.Load.Run;
using Xunit;

namespace Fast.Load.Tests.Overshoot;

public sealed class ReportTests
{
    private static readonly OvershootTask s_task = new(new TargetUrl("http://127.0.0.1:1/", new IPEndPoint(IPAddress.Loopback, 1), "127.0.0.1:1", "/"), ["ok"], 2, 2)
    {
        Budget = 10,
        Prices = new TokenPrices(1, 4),
        Provider = "http://127.0.0.1:2",
        Headers = [],
    };

    [Fact]
    public void Costs_are_exact()
    {
        Assert.Equal(0.000000003m, new TokenPrices(0.003m, 0).Cost(new Tokens(1, 0)));
        Assert.Equal(9.8m, s_task.Prices.Cost(new Tokens(1_800_000, 2_000_000)));
    }

    [Theory]
    [InlineData(2_400_000, 9.9, null)]
    // Exactly the budget is not beyond it, and the gateway may count more than was served but not less.
    [InlineData(2_500_000, 10, null)]
    [InlineData(2_500_001, 10.000004, "overshot by 0.000004 USD")]
    [InlineData(2_400_000, 9.599999, "the gateway knows of 9.599999 USD")]
    [InlineData(2_000_000, 9.9, "80.00 % of the budget")]
    public void What_does_not_hold_is_said(long output, double counted, string? fault)
    {
        OvershootReport report = new(s_task, new Tally(), new Truth(5, 5, new Tokens(0, output)))
        {
            IsWhole = true,
            Run = new RunBook((decimal)counted, 0, 10, 0),
        };
        string[] faults = [.. report.Faults(utilisationMin: 95)];
        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.Contains(fault, Assert.Single(faults));
    }

    [Fact]
    public void Callers_that_had_to_be_stopped_and_answers_that_have_not_ended_are_faults()
    {
        OvershootReport report = new(s_task, new Tally(), new Truth(5, 4, new Tokens(0, 2_500_000)));
        Assert.Equal(2, report.Faults(utilisationMin: 95).Count());
    }

    [Fact]
    public void The_books_after_each_kill_are_held_against_what_callers_have_and_against_the_budget()
    {
        // Nothing wrong with the first; the second forgot what callers have, the third what was served; after the last nobody was killed.
        KillCheck[] checks = [new(1, 2, 3), new(5, 4, 4), new(6, 7.5m, 7), new(7, 8, 9), new(7, 8, 9)];
        string[] faults = [.. new KillReport(s_task, new Tally(), checks).Faults()];
        Assert.Collection(faults,
            first => Assert.StartsWith("after kill 2: callers had answers for 5 USD", first),
            second => Assert.StartsWith("after kill 3: the provider had worked for 7.5 USD", second));
    }

    [Fact]
    public void More_work_than_the_budget_is_a_fault_however_well_it_is_counted()
    {
        KillReport report = new(s_task, new Tally(), [new(1, 9, 11), new(2, 11, 11)]);
        Assert.Equal("after kill 1: the provider had worked for 11 USD, with a budget of 10 USD", Assert.Single(report.Faults()));
    }

    [Fact]
    public void A_kill_that_met_no_load_and_books_that_shrink_are_faults()
    {
        KillCheck[] checks = [new(1, 1, 5), new(1, 1, 4), new(1, 1, 4)];
        Assert.Collection(new KillReport(s_task, new Tally(), checks).Faults(),
            first => Assert.StartsWith("kill 2 met no load", first),
            second => Assert.Contains("4 USD were counted, and 5 USD before", second));
    }

    [Fact]
    public void A_run_is_read_with_and_without_its_state_in_memory()
    {
        using JsonDocument live = JsonDocument.Parse("""
            {"id":"r","under_way":2,"cost_usd":1.5,"budgets":[{"unit":"tokens","spent":3,"reserved":0},{"unit":"usd","limit":10,"spent":1.25,"reserved":0.5}]}
            """);
        Assert.Equal(new RunBook(1.25m, 0.5m, 10, 2), Books.ReadRun(live.RootElement));
        using JsonDocument stored = JsonDocument.Parse("""{"id":"r","budgets":[{"unit":"usd","spent":6.5,"reserved":0}]}""");
        Assert.Equal(new RunBook(6.5m, 0, null, 0), Books.ReadRun(stored.RootElement));
    }

    [Fact]
    public void The_ledger_is_read_for_a_run_and_as_a_whole()
    {
        using JsonDocument spend = JsonDocument.Parse("""
            {"by":"run","rows":[
              {"run":"k/one-warmup","requests":9,"input_tokens":9,"output_tokens":9,"cost_usd":9.0},
              {"run":null,"requests":1,"input_tokens":1,"output_tokens":1,"cost_usd":1.0},
              {"run":"k/one","requests":2,"input_tokens":3,"output_tokens":4,"cost_usd":0.000000005}],
             "total":{"requests":12,"input_tokens":13,"output_tokens":14,"cost_usd":10.000000005}}
            """);
        Assert.Equal(new LedgerBook(2, new Tokens(3, 4), 0.000000005m), Books.ReadSpend(spend.RootElement, "one"));
        Assert.Equal(new LedgerBook(12, new Tokens(13, 14), 10.000000005m), Books.ReadSpend(spend.RootElement, null));
        Assert.Equal(new LedgerBook(0, default, 0), Books.ReadSpend(spend.RootElement, "other"));
    }
}

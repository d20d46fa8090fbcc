using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Bench.Gating;
using Xunit;

namespace Fast.Bench.Tests.Gating;

public sealed class GateTests
{
    private static readonly Measured s_baseline = new("XBench.Plain", 100, null, 40, null);
    private static readonly Measured s_row = new("XBench.Do(Bytes: 1)", 150, 1.5, 64, 24);

    [Fact]
    public void A_budget_that_holds_is_silent() =>
        Assert.Empty(Judge(new Budget(Bytes: 64, BytesMax: 64, BytesOver: 24, Ratio: 1.5)));

    [Fact]
    public void Bytes_above_the_exact_number_are_named_with_both()
    {
        Offence offence = Assert.Single(Judge(new Budget(Bytes: 0)));
        Assert.Equal((s_row.Name, OffenceKind.Bytes), (offence.Name, offence.Kind));
        Assert.Equal("allocates 64 B; the budget is exactly 0 B", offence.What);
        Assert.NotEmpty(offence.Remedy);
    }

    [Fact]
    public void Bytes_below_the_exact_number_ask_for_the_lower_one()
    {
        Offence offence = Assert.Single(Judge(new Budget(Bytes: 65)));
        Assert.Equal(OffenceKind.Bytes, offence.Kind);
        Assert.Contains("write 64", offence.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, 1)]
    [InlineData(64, 0)]
    [InlineData(1000, 0)]
    public void A_largest_number_of_bytes_may_be_kept_below(long most, int offences) =>
        Assert.Equal(offences, Judge(new Budget(BytesMax: most)).Count);

    [Theory]
    [InlineData(23, 1)]
    [InlineData(24, 0)]
    public void Bytes_beyond_the_baseline_are_held(long over, int offences) =>
        Assert.Equal(offences, Judge(new Budget(BytesOver: over)).Count);

    [Fact]
    public void A_ratio_above_the_budget_is_named_with_both()
    {
        Offence offence = Assert.Single(Judge(new Budget(Ratio: 1.4)));
        Assert.Equal((s_row.Name, OffenceKind.Ratio), (offence.Name, offence.Kind));
        Assert.Equal("takes 1.50 x its baseline; the budget is 1.4 x", offence.What);
    }

    [Fact]
    public void Nanoseconds_alone_break_nothing()
    {
        Measured slow = s_row with { Nanoseconds = 1e9 };
        Assert.Empty(Gate.Judge([slow], new Dictionary<string, Budget> { [slow.Name] = new(Bytes: 64, Ratio: 1.5) }));
    }

    [Fact]
    public void A_benchmark_without_a_budget_is_named_with_what_it_cost()
    {
        Offence offence = Assert.Single(Gate.Judge([s_row], new Dictionary<string, Budget>()));
        Assert.Equal((s_row.Name, OffenceKind.NoBudget), (offence.Name, offence.Kind));
        Assert.Contains("64 B, ratio 1.50", offence.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_without_a_benchmark_is_named()
    {
        Offence offence = Assert.Single(Gate.Judge([], new Dictionary<string, Budget> { ["GoneBench.Do"] = new(Bytes: 0) }));
        Assert.Equal(("GoneBench.Do", OffenceKind.NoBenchmark), (offence.Name, offence.Kind));
    }

    [Fact]
    public void A_budget_that_allows_everything_is_named() =>
        Assert.Equal(OffenceKind.EmptyBudget, Assert.Single(Judge(new Budget())).Kind);

    [Fact]
    public void A_comparison_with_no_baseline_is_named() => Assert.Equal(
        OffenceKind.NoBaseline,
        Assert.Single(Gate.Judge([s_baseline], new Dictionary<string, Budget> { [s_baseline.Name] = new(Ratio: 1) })).Kind);

    [Fact]
    public void Every_broken_budget_is_told_at_once() => Assert.Equal(
        [OffenceKind.Bytes, OffenceKind.Bytes, OffenceKind.Bytes, OffenceKind.Ratio],
        Judge(new Budget(Bytes: 1, BytesMax: 1, BytesOver: 1, Ratio: 1)).Select(static offence => offence.Kind));

    [Fact]
    public void The_table_shows_a_row_beside_its_budget_and_says_when_there_is_none()
    {
        using StringWriter output = new();
        Table.Write(output, "best", [s_baseline, s_row], new Dictionary<string, Budget> { [s_row.Name] = new(Bytes: 0, Ratio: 2) });
        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Matches(@"^benchmark +best +ratio +bytes +over +budget$", lines[0]);
        Assert.Matches(@"^XBench\.Plain +100\.0 ns +- +40 +- +none$", lines[1]);
        Assert.Matches(@"^XBench\.Do\(Bytes: 1\) +150\.0 ns +1\.50 +64 +\+24 +0 B, <= 2 x$", lines[2]);
    }

    private static List<Offence> Judge(Budget budget) => Gate.Judge([s_row], new Dictionary<string, Budget> { [s_row.Name] = budget });
}

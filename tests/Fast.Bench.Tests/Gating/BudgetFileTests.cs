using System.IO;
using System.Linq;
using BenchmarkDotNet.Configs;
using Fast.Bench.Gating;
using Xunit;

namespace Fast.Bench.Tests.Gating;

public sealed class BudgetFileTests
{
    [Fact]
    public void A_row_is_read_with_all_its_members() => Assert.Equal(
        new Budget(Bytes: 1, BytesMax: 2, BytesOver: 3, Ratio: 0.6),
        BudgetFile.Parse("""{ "XBench.Do(Bytes: 1000)": { "bytes": 1, "bytes_max": 2, "bytes_over": 3, "ratio": 0.6 } }""")["XBench.Do(Bytes: 1000)"]);

    [Theory]
    [InlineData("""{ "X.Y": { "bites": 0 } }""")]
    [InlineData("""{ "X.Y": { "bytes": 0.5 } }""")]
    [InlineData("""{ "X.Y": { "bytes": 0 }, "X.Y": { "bytes": 1 } }""")]
    [InlineData("""{ "X.Y": { "bytes": 0, "bytes": 1 } }""")]
    [InlineData("""{ "X.Y": """)]
    [InlineData("null")]
    public void What_nobody_would_hold_is_refused(string json) => Assert.Throws<InvalidDataException>(() => BudgetFile.Parse(json));

    [Fact]
    public void Every_benchmark_has_a_budget_and_every_budget_a_benchmark() => Assert.Equal(
        BudgetFile.Read().Keys.Order(),
        Catalog.Select(ManualConfig.CreateEmpty(), "").SelectMany(static type => type.BenchmarksCases).Select(Catalog.NameOf).Order());
}

using System.Linq;
using Fast.Load.Compare.Scenarios;
using Xunit;

namespace Fast.Load.Compare.Tests;

public sealed class RoundOrderTests
{
    [Theory]
    [InlineData(0, 0, 1, 2)]
    [InlineData(1, 2, 1, 0)]
    [InlineData(2, 1, 2, 0)]
    [InlineData(3, 0, 2, 1)]
    [InlineData(4, 2, 0, 1)]
    public void Every_second_round_starts_elsewhere_and_the_next_goes_backwards(int round, params int[] order) =>
        Assert.Equal(order, RoundOrder.Of(round, 3));

    [Fact]
    public void Each_round_visits_everybody_once() => Assert.All(
        from count in Enumerable.Range(1, 7)
        from round in Enumerable.Range(0, 20)
        select (count, round),
        static one => Assert.Equal(Enumerable.Range(0, one.count), RoundOrder.Of(one.round, one.count).Order()));

    [Fact]
    public void Over_many_rounds_everybody_is_first_as_often() =>
        Assert.All(Enumerable.Range(0, 24).GroupBy(static round => RoundOrder.Of(round, 4)[0]), static first => Assert.Equal(6, first.Count()));
}

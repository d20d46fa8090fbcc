using Xunit;

namespace Fast.Load.Compare.Tests;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2, 1, 3, 3)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5, 1, 4, 4)]
    [InlineData(new double[] { 7 }, 7, 7, 7, 1)]
    [InlineData(new double[] { double.NaN, 5, double.NaN, 1 }, 3, 1, 5, 2)]
    public void Median_lowest_and_highest_of_the_rounds_with_a_value(double[] series, double median, double low, double high, int count) =>
        Assert.Equal(new Spread(median, low, high, count), Spread.Of(series));

    [Fact]
    public void Of_nothing_is_none()
    {
        Assert.True(Spread.Of([]).IsNone);
        Assert.True(Spread.Of([double.NaN]).IsNone);
    }

    [Fact]
    public void A_ratio_compares_the_same_rounds_only()
    {
        // Medians of the sides would give 20 / 10.
        Assert.Equal(new Spread(3, 1, 4, 3), Spread.Ratio([10, 30, 40], [10, 10, 10]));
        Assert.Equal(new Spread(2, 2, 2, 1), Spread.Ratio([double.NaN, 20, 30], [10, 10, double.NaN]));
    }

    [Fact]
    public void A_ratio_to_nothing_or_to_less_is_none()
    {
        Assert.True(Spread.Ratio([1, 2], [0, -3]).IsNone);
        Assert.True(Spread.Ratio([1, 2], []).IsNone);
    }
}

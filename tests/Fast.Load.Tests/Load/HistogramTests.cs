using System;
using System.Linq;
using Fast.Load.Load;
using Xunit;

namespace Fast.Load.Tests.Load;

public sealed class HistogramTests
{
    private const double ErrorMax = 0.01;
    private static readonly double[] s_percents = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Percentiles_are_within_one_percent_of_the_sorted_values(int seed)
    {
        Random random = new(seed);
        // From a nanosecond to an hour, every order of magnitude alike.
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * Math.Log(3.6e12)))];
        Histogram histogram = Of(values);
        Array.Sort(values);
        foreach (double percent in s_percents)
        {
            long exact = values[Math.Max(0, (int)Math.Ceiling(values.Length * percent / 100) - 1)];
            Assert.InRange(histogram.Percentile(percent), exact * (1 - ErrorMax), exact * (1 + ErrorMax));
        }
        Assert.Equal(values.Average(), histogram.Mean, values.Average() * 1e-9);
        Assert.Equal((values[0], values[^1], values.Length), (histogram.Min, histogram.Max, histogram.Count));
    }

    [Fact]
    public void Small_values_are_exact()
    {
        for (long value = 1; value < 256; value++)
        {
            Histogram histogram = Of([value, value, 1000]);
            Assert.Equal(value, histogram.Percentile(50));
        }
    }

    [Fact]
    public void Values_outside_the_range_count_as_its_ends()
    {
        Histogram histogram = Of([-5, 0, long.MaxValue]);
        Assert.Equal((1L, 3_600_000_000_000L, 3L), (histogram.Min, histogram.Max, histogram.Count));
        Assert.Equal(3_600_000_000_000L, histogram.Percentile(100));
    }

    [Fact]
    public void Without_values_everything_is_zero()
    {
        Histogram histogram = new();
        Assert.Equal((0L, 0L, 0L, 0.0), (histogram.Min, histogram.Max, histogram.Percentile(99), histogram.Mean));
        Assert.Empty(histogram.Curve());
    }

    [Fact]
    public void Two_histograms_add_up_to_the_one_of_all_values()
    {
        Histogram sum = Of([5, 700, 90_000]);
        sum.Add(Of([1, 1_000_000]));
        Assert.Equal(Of([5, 700, 90_000, 1, 1_000_000]).Curve(), sum.Curve());
        Assert.Equal((1L, 1_000_000L, 5L), (sum.Min, sum.Max, sum.Count));
    }

    [Fact]
    public void The_curve_rises_to_the_largest_value_at_a_hundred_percent()
    {
        Histogram histogram = new();
        histogram.RecordMany(10, 90);
        histogram.RecordMany(123_456, 10);
        Assert.Equal([(90.0, 10L), (100.0, 123_456L)], histogram.Curve());
    }

    private static Histogram Of(long[] values)
    {
        Histogram histogram = new();
        foreach (long value in values)
            histogram.Record(value);
        return histogram;
    }
}

using System;
using Fast.Proxy.Accounting.Metering;
using Xunit;

namespace Fast.Proxy.Tests.Accounting.Metering;

public sealed class LearnedTests
{
    [Fact]
    public void Before_anything_was_learned_a_byte_may_be_a_token_and_four_are_likely_one()
    {
        LearnedRatio ratio = new();
        Assert.Equal((0, 1, 1000), (ratio.Possible(0), ratio.Possible(1), ratio.Possible(1000)));
        ratio.Learn(0, 100);
        ratio.Learn(100, 0);
        Assert.Equal((1000, 250), (ratio.Possible(1000), ratio.Likely(1000)));
    }

    [Fact]
    public void The_peak_rises_at_once_and_sinks_slowly_and_the_mean_follows()
    {
        LearnedRatio ratio = new();
        ratio.Learn(250, 1000);
        Assert.Equal((250, 250), (ratio.Possible(1000), ratio.Likely(1000)));
        ratio.Learn(500, 1000);
        Assert.Equal(500, ratio.Possible(1000));
        Assert.InRange(ratio.Likely(1000), 260, 270);
        for (int i = 0; i < 100; i++)
            ratio.Learn(250, 1000);
        Assert.InRange(ratio.Possible(1000), 380, 460);
        Assert.InRange(ratio.Likely(1000), 249, 252);
    }

    [Fact]
    public void A_token_is_at_least_a_byte_whatever_is_reported()
    {
        LearnedRatio ratio = new();
        ratio.Learn(1_000_000, 10);
        Assert.Equal(10, ratio.Possible(10));
        Assert.Equal(1, ratio.Likely(1));
    }

    [Fact]
    public void Ninety_five_of_a_hundred_answers_are_not_longer_than_the_slice()
    {
        LearnedSlice slice = new();
        Random random = new(3);
        for (int i = 0; i < 20_000; i++)
            slice.Learn(random.Next(2000));
        Assert.InRange(slice.Tokens, 1600, 2100);
        for (int i = 0; i < 100_000; i++)
            slice.Learn(0);
        Assert.Equal(1, slice.Tokens);
    }
}

using System;
using System.Linq;
using Xunit;
using Xunit.Sdk;

namespace Fast.Wire.Tests;

public sealed class SplitsTests
{
    [Fact]
    public void Four_bytes_are_cut_in_two_three_times_and_into_single_bytes_once()
    {
        int[][] cuts = [.. Splits.Of(4)];
        Assert.Equal([[1, 4], [2, 4], [3, 4], [1, 2, 3, 4]], cuts);
    }

    [Fact]
    public void A_parser_that_depends_on_its_cuts_is_caught() =>
        Assert.Throws<FailException>(static () => Splits.SameOutcome("abc", static (_, ends) => ends[0] == 2));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_cuts_cover_the_input_in_order(int seed)
    {
        int[] ends = Splits.AtRandom(new Random(seed), 1000);
        Assert.Equal(1000, ends[^1]);
        Assert.Equal(ends.Distinct().Order(), ends);
    }
}

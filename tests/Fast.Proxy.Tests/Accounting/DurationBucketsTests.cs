using Fast.Proxy.Accounting;
using Xunit;

namespace Fast.Proxy.Tests.Accounting;

public sealed class DurationBucketsTests
{
    public static TheoryData<DurationBuckets> All => [DurationBuckets.Own, DurationBuckets.Whole];

    [Theory]
    [MemberData(nameof(All))]
    public void A_duration_falls_into_the_first_bucket_whose_bound_it_does_not_pass(DurationBuckets buckets)
    {
        Assert.Equal(buckets.Bounds.Length + 1, buckets.Count);
        for (int i = 0; i < buckets.Bounds.Length; i++)
        {
            Assert.Equal(i, buckets.IndexOf(buckets.Bounds[i]));
            Assert.Equal(i + 1, buckets.IndexOf(buckets.Bounds[i] + 1));
            Assert.Equal(i, buckets.IndexOf(i == 0 ? 0 : buckets.Bounds[i - 1] + 1));
        }

        Assert.Equal(buckets.Count - 1, buckets.IndexOf(long.MaxValue));
    }

    [Fact]
    public void The_bounds_reach_as_far_as_they_are_documented()
    {
        Assert.Equal((10, 1_000_000), (DurationBuckets.Own.Bounds[0], DurationBuckets.Own.Bounds[^1]));
        Assert.Equal((5_000, 600_000_000), (DurationBuckets.Whole.Bounds[0], DurationBuckets.Whole.Bounds[^1]));
    }
}

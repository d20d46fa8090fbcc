using Fast.Load.Targets;
using Xunit;

namespace Fast.Load.Compare.Tests.Targets;

public sealed class MetricsPageTests
{
    private const string Page =
        """
        # HELP a_total Words with a_total 7 in them.
        # TYPE a_total counter
        a_total 5
        a_total_more 100
        r_total{status="200",path="/x y"} 3 1700000000
        r_total{status="500"} 1.5e1
        broken_total x
        """;

    [Theory]
    [InlineData("a_total", 5)]
    [InlineData("r_total", 18)]
    [InlineData("a_total_more", 100)]
    [InlineData("broken_total", double.NaN)]
    [InlineData("a", double.NaN)]
    public void A_counter_is_summed_over_its_labels(string metric, double sum) => Assert.Equal(sum, MetricsPage.Sum(Page, metric));

    [Fact]
    public void Allocations_are_divided_by_the_requests_in_between()
    {
        Assert.Equal(20, AllocationCount.PerRequest(new AllocationCount(100, 10), new AllocationCount(300, 20)));
        Assert.Equal(double.NaN, AllocationCount.PerRequest(new AllocationCount(100, 10), new AllocationCount(300, 10)));
        Assert.Equal(double.NaN, AllocationCount.PerRequest(null, new AllocationCount(300, 10)));
    }
}

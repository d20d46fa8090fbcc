using System.Linq;
using Xunit;

namespace Fast.Tidy;

public sealed class LimitTests
{
    [Fact]
    public void Every_limit_is_held() => Offences.AssertNone(LimitRules.Unheld([.. Repository.Source]));

    [Theory]
    [InlineData("n > BytesMax")]
    [InlineData("n + 1 == BytesMax * 4")]
    [InlineData("n is > 0 and <= BytesMax")]
    [InlineData("Math.Min(n, BytesMax)")]
    [InlineData("stackalloc byte[BytesMax + 1]")]
    [InlineData("new byte[BytesMax]")]
    [InlineData("new Options { MaxSize = BytesMax }")]
    public void The_rule_about_limits_sees_that_one_is_held(string use) => Assert.Empty(LimitRules.Unheld([Using(use)]));

    [Theory]
    [InlineData("BytesMax")]
    [InlineData("Show(BytesMax)")]
    [InlineData("n + BytesMax")]
    [InlineData("n > Other.BytesMax")]
    [InlineData("new Options { Size = BytesMax }")]
    public void The_rule_about_limits_sees_that_one_is_not(string use) => Assert.Single(LimitRules.Unheld([Using(use)]));

    [Fact]
    public void A_limit_may_be_held_elsewhere() => Assert.Empty(LimitRules.Unheld(
        [new("A.cs", "class A { public const int BytesMax = 1; }"), new("B.cs", "class B { bool M(int n) => n < A.BytesMax; }")]));

    [Theory]
    [InlineData("bool Show(int n, int nMax) => n < nMax;", 0)]
    [InlineData("bool Show(int n, int nMax) => n < 1;", 1)]
    [InlineData("bool Show(int n, int limit) => n < limit;", 1)]
    [InlineData("bool Show(int nMax) => 1 < nMax;", 1)]
    public void A_limit_may_be_handed_to_a_method_that_holds_it(string method, int offences) => Assert.Equal(offences, LimitRules.Unheld(
        [new("A.cs", $"class A {{ const int BytesMax = 1; {method} bool M() => Show(2, BytesMax); }}")]).Count());

    private static SourceFile Using(string use) => new("A.cs", $"class A {{ const int BytesMax = 1; object M(int n) => {use}; }}");
}

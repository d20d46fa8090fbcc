using System.Linq;
using Xunit;

namespace Fast.Tidy;

public sealed class HotPathTests
{
    [Fact]
    public void Hot_lambdas_are_static_so_the_compiler_forbids_captures() => Offences.AssertNone(
        HotPathRules.CapturingLambdas(Repository.Under("src/Fast.Wire/").Concat(Repository.Under("src/Fast.Proxy/"))));

    [Fact]
    public void The_wire_knows_no_streams_threads_or_servers() =>
        Offences.AssertNone(HotPathRules.OutsideWorld(Repository.Under("src/Fast.Wire/")));

    [Fact]
    public void The_rule_about_lambdas_sees_every_kind()
    {
        const string lambdas = "\n() => 1,\nx => x,\ndelegate { },\nasync () => 1,\nstatic () => 1, static x => x";
        SourceFile file = new("A.cs", $"class A {{ object[] _a = [{lambdas}]; }}");
        Assert.Equal([2, 3, 4, 5], HotPathRules.CapturingLambdas([file]).Select(static offence => offence[5] - '0'));
    }

    [Theory]
    [InlineData("using System.IO;")]
    [InlineData("using System.IO.Pipelines;")]
    [InlineData("using static System.Threading.Interlocked;")]
    [InlineData("using Task = System.Threading.Tasks.Task;")]
    [InlineData("using Microsoft.AspNetCore.Http;")]
    [InlineData("class A { System.IO.Stream? _a; }")]
    [InlineData("class A { void M() => System.IO.File.Delete(\"\"); }")]
    [InlineData("class A { async void M() => await N(); }")]
    public void The_rule_about_the_wire_sees_the_outside(string code) => Assert.NotEmpty(HotPathRules.OutsideWorld([new("A.cs", code)]));

    [Fact]
    public void The_rule_about_the_wire_leaves_the_rest() => Assert.Empty(HotPathRules.OutsideWorld(
        [new("A.cs", "using System;\nusing System.Buffers;\nclass A { System.Buffers.OperationStatus _a; }")]));
}

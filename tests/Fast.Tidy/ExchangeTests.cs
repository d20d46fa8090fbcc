using System;
using System.Linq;
using Xunit;

namespace Fast.Tidy;

public sealed class ExchangeTests
{
    private const string Exchange =
        """
        class Exchange
        {
            /// <summary>Where: written by <see cref="Stages.RouteStage"/>.</summary>
            public RouteSection Route;

            /// <summary>What: written by whoever writes.</summary>
            public AnswerSection Answer;
        }
        """;

    [Fact]
    public void Each_section_has_one_writer() => Offences.AssertNone(ExchangeRules.ForeignWriters([.. Repository.Source]));

    [Fact]
    public void The_sections_with_one_writer_are_found() => Assert.Equal(
        ["Admission", "Asked", "Caller", "Charge", "Intent", "Meter", "Outgoing", "Reply", "Route"],
        ExchangeRules.Writers([.. Repository.Source]).Keys.Order());

    [Fact]
    public void No_stage_knows_another() => Offences.AssertNone(ExchangeRules.StagesInStages([.. Repository.Source]));

    [Theory]
    [InlineData("exchange.Route.Tried = 1")]
    [InlineData("exchange.Route = default")]
    [InlineData("exchange.Route.Tried++")]
    [InlineData("--exchange.Route.Tried")]
    [InlineData("exchange.Route.Tried += 1")]
    [InlineData("_exchange.Route.Tried = 1")]
    [InlineData("kit.Exchange.Route.Tried = 1")]
    [InlineData("(exchange.Route.Tried, a) = (1, 2)")]
    [InlineData("Write(ref exchange.Route)")]
    [InlineData("Read(out exchange.Route.Tried)")]
    [InlineData("ref RouteSection route = ref exchange.Route")]
    public void The_rule_about_writers_sees_every_kind_of_writing(string statement)
    {
        string code = $"class Other {{ void M(Exchange exchange) {{ {statement}; }} }}";
        Assert.Single(ExchangeRules.ForeignWriters(With("Stages/SendStage.cs", code)));
        Assert.Empty(ExchangeRules.ForeignWriters(With("Routing/Deep/Other.cs", code)));
        Assert.Empty(ExchangeRules.ForeignWriters(With("Relay/Other.cs", code.Replace("Route", "Answer", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("int tried = exchange.Route.Tried")]
    [InlineData("exchange.Answer.Status = exchange.Route.Tried")]
    [InlineData("Read(in exchange.Route)")]
    [InlineData("ref readonly RouteSection route = ref exchange.Route")]
    [InlineData("_ = exchange.Route.Tried == 1")]
    public void The_rule_about_writers_leaves_readers(string statement) =>
        Assert.Empty(ExchangeRules.ForeignWriters(With("Relay/Other.cs", $"class Other {{ void M() {{ {statement}; }} }}")));

    [Fact]
    public void The_rule_about_writers_sees_a_section_that_is_taken_to_be_written()
    {
        const string code = "class Other { void M(ref RouteSection route) { } }";
        Assert.Single(ExchangeRules.ForeignWriters(With("Relay/Other.cs", code)));
        Assert.Empty(ExchangeRules.ForeignWriters(With("Relay/Other.cs", code.Replace("ref ", "in ", StringComparison.Ordinal))));
    }

    [Fact]
    public void The_rule_about_stages_sees_one_that_calls_another()
    {
        const string code = "class SendStage { void M() { RouteStage.Run(); SendStage.Run(); } }";
        Assert.Single(ExchangeRules.StagesInStages(With("Stages/SendStage.cs", code)));
        Assert.Empty(ExchangeRules.StagesInStages(With("Stages/ExchangePipeline.cs", code)));
    }

    private static SourceFile[] With(string path, string code) =>
    [
        new("src/Fast.Proxy/Exchanges/Exchange.cs", Exchange),
        new("src/Fast.Proxy/Stages/RouteStage.cs", "/// <summary>Where? Opens onto <c>Routing/</c>.</summary>\nclass RouteStage;"),
        new("src/Fast.Proxy/" + path, code),
    ];
}

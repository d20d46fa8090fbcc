using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Load.Compare.Tests.Support;
using Fast.Load.Gate;
using Fast.Load.Targets.Yaml;
using Xunit;

namespace Fast.Load.Compare.Tests.Gate;

public sealed class GateFileTests
{
    [Fact]
    public void Budgets_belong_to_the_run_before_them()
    {
        const string text =
            """
            - run: { targets: [direct, nginx], scenarios: saturated, rounds: 3, slice: 500ms, fifo: false }
            - { scenario: saturated, target: nginx, metric: p50_us, max: 1.5 }
            - { scenario: saturated, target: nginx, metric: failed, max: 0 }
            - run: { layout: two-cpu, fifo: true }
            - { scenario: stream, target: fast, metric: cpu_us_per_event, ratio_to: nginx, max: 2, min: 0.1, of: lowest }
            """;
        List<YamlMistake> mistakes = [];
        IReadOnlyList<GateSection> sections = GateFile.Read(text, mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(2, sections.Count);
        Assert.Equal("--targets direct,nginx --scenarios saturated --rounds 3 --slice 500ms", string.Join(' ', sections[0].Run!));
        Assert.Equal("--layout two-cpu --fifo", string.Join(' ', sections[1].Run!));
        Assert.Equal([Judged.Median, Judged.Highest], sections[0].Budgets.Select(static budget => budget.Judged));
        Assert.Equal(
            new Budget(5, "stream", "fast", "cpu_us_per_event") { RatioTo = "nginx", Max = 2, Min = 0.1, Judged = Judged.Lowest },
            Assert.Single(sections[1].Budgets));
    }

    [Theory]
    [InlineData("", "1:1: the file is empty")]
    [InlineData("a: b", "1:1: a gate is a list of budgets, and this is a mapping")]
    [InlineData("- a", "1:3: an item of a gate is one value; it must be a mapping")]
    [InlineData("[]", "1:1: there are no budgets")]
    [InlineData("- run: { rounds: 3 }", "1:1: there are no budgets")]
    [InlineData("- run: { rounds: 0 }\n- { scenario: stream, target: a, metric: failed, max: 0 }", "1:8: --rounds is 0")]
    [InlineData("- run: { round: 1 }", "1:10: `round` is not known here")]
    [InlineData("- { run: { rounds: 1 }, max: 1 }", "1:25: `max` is not known here")]
    [InlineData("- { scenario: stream, target: a, metric: failed }", "1:3: a budget needs `max` or `min`")]
    [InlineData("- { scenario: strm, target: a, metric: failed, max: 0 }", "1:15: there is no scenario `strm`")]
    [InlineData("- { scenario: stream, target: a, metric: faild, max: 0 }", "1:42: there is no metric `faild`")]
    [InlineData("- { scenario: stream, metric: failed, max: 0 }", "1:3: `target` is missing")]
    [InlineData("- { scenario: stream, target: a, metric: failed, max: x }", "1:55: `max` is `x`; it must be a number")]
    [InlineData("- { scenario: stream, target: a, metric: failed, max: 0, min: 1 }", "1:55: `max` 0 is less than `min` 1")]
    [InlineData("- { scenario: stream, target: a, metric: failed, max: 0, of: mean }", "1:62: `of` has to be median, highest or lowest")]
    public void Every_mistake_is_named_with_its_place(string text, string message)
    {
        List<YamlMistake> mistakes = [];
        GateFile.Read(text, mistakes);
        Assert.Contains(message, string.Join('\n', mistakes.Select(static mistake => mistake.In("g.yaml"))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_gate_is_right()
    {
        List<YamlMistake> mistakes = [];
        Assert.NotEmpty(GateFile.Read(File.ReadAllText(Path.Combine(Repository.Root, "loadtest", "gate.yaml")), mistakes));
        Assert.Empty(mistakes);
    }
}

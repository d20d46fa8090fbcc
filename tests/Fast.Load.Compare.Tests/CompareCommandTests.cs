using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Load.Compare.Scenarios;
using Xunit;

namespace Fast.Load.Compare.Tests;

public sealed class CompareCommandTests
{
    [Fact]
    public void What_is_not_said_has_a_usual_value()
    {
        CompareOptions options = CompareCommand.Parse([], out IReadOnlyList<string> errors)!;
        Assert.Empty(errors);
        Assert.Equal(["direct", "nginx", "fast"], options.Targets);
        Assert.Equal((Layout.OneCpu, 7, 32, 1.5), (options.Layout, options.Rounds, options.Connections, options.Slice.TotalSeconds));
        Assert.Equal((false, 5.0), (options.IsFifo, options.ForeignPercentMost));
    }

    [Fact]
    public void In_the_real_time_class_others_take_only_what_is_left()
    {
        Assert.Equal(100, CompareCommand.Parse(["--fifo"], out _)!.ForeignPercentMost);
        Assert.Equal(7, CompareCommand.Parse(["--fifo", "--foreign-most", "7"], out _)!.ForeignPercentMost);
    }

    [Fact]
    public void Every_option_is_read()
    {
        string[] arguments = "--targets nginx,fast --layout two-cpu --scenarios stream,cold-start --rounds 3 --slice 500ms --connections 8 "
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CompareOptions options = CompareCommand.Parse([.. arguments, "--provider-cpu", "1", "--fifo", "--out", "x", "--foreign-most", "7"], out _)!;
        Assert.Equal(["nginx", "fast"], options.Targets);
        Assert.Equal(["stream", "cold-start"], options.Scenarios.Select(static scenario => scenario.Name));
        Assert.Equal((Layout.TwoCpu, 3, 8, 0.5, 1, true, "x", 7.0), (options.Layout, options.Rounds, options.Connections,
            options.Slice.TotalSeconds, options.ProviderCpu, options.IsFifo, options.Out, options.ForeignPercentMost));
    }

    [Theory]
    [InlineData("--layout", "three-cpu", "no layout `three-cpu`")]
    [InlineData("--scenarios", "stream,fsat", "no scenario `fsat`")]
    [InlineData("--slice", "5", "`5` is not a time")]
    [InlineData("--rounds", "0", "--rounds is 0")]
    [InlineData("--connections", "99999", "--connections is 99999")]
    public void Every_mistake_is_named(string option, string value, string message)
    {
        Assert.Null(CompareCommand.Parse([option, value], out IReadOnlyList<string> errors));
        Assert.Contains(errors, error => error.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Scenarios_have_names_of_their_own() =>
        Assert.Equal(ScenarioTable.All.Count, ScenarioTable.All.Select(static scenario => scenario.Name).Distinct().Count());
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Tests.Support;
using Fast.Load.Plots;
using Xunit;

namespace Fast.Load.Compare.Tests.Plots;

public sealed class PlotTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Latency_has_a_line_for_each_target_in_each_panel_and_named_axes()
    {
        XElement svg = Parse(LatencyPlot.Draw(Sample.Result(Sample.Saturated(), Sample.Saturated() with { Name = "rate-500" })));
        Assert.Equal(6, svg.Elements(s_svg + "polyline").Count());
        string[] words = Words(svg);
        string[] expected = ["direct (no gateway)", "nginx", "fast", "p50", "p99.9", "latency", "share of requests that were faster"];
        Assert.Superset(new HashSet<string>(expected), words.ToHashSet());
        Assert.DoesNotContain("yarp", words);
    }

    [Fact]
    public void Cpu_has_a_bar_with_its_value_for_each_target_but_the_provider()
    {
        string[] words = Words(Parse(CpuPlot.Draw(Sample.Result(Sample.Saturated()))));
        Assert.Superset(new HashSet<string>(["nginx", "fast", "40.0 µs", "50.0 µs"]), words.ToHashSet());
        Assert.DoesNotContain("direct", words);
    }

    [Fact]
    public void Memory_shows_the_moments_of_its_scenario_or_else_the_load()
    {
        Assert.Contains("20.0 MB", Words(Parse(MemoryPlot.Draw(Sample.Result(Sample.Saturated())))));
        TargetRow row = new("fast", 1);
        row.Set(MetricTable.RssIdle, 0, 1024 * 1024);
        row.Set(MetricTable.RssLoaded, 0, 3 * 1024 * 1024);
        row.Set(MetricTable.RssAfter, 0, 2 * 1024 * 1024);
        string[] words = Words(Parse(MemoryPlot.Draw(Sample.Result(Sample.Saturated(), new ScenarioResult("memory", "", 1, [row])))));
        Assert.Superset(new HashSet<string>(["idle", "1.0 MB", "3.0 MB", "2.0 MB"]), words.ToHashSet());
    }

    [Fact]
    public void Nothing_measured_is_no_plot()
    {
        CompareResult nothing = Sample.Result(new ScenarioResult("saturated", "", 1, [new TargetRow("fast", 1)]));
        Assert.Null(LatencyPlot.Draw(nothing));
        Assert.Null(CpuPlot.Draw(nothing));
        Assert.Null(MemoryPlot.Draw(nothing));
    }

    [Fact]
    public void Every_place_in_a_drawing_is_within_it_and_a_number()
    {
        XElement svg = Parse(LatencyPlot.Draw(Sample.Result(Sample.Saturated())));
        double width = (double)svg.Attribute("width")!;
        double height = (double)svg.Attribute("height")!;
        Assert.All(
            svg.Elements(s_svg + "polyline").SelectMany(static line => line.Attribute("points")!.Value.Split(' ')),
            point =>
            {
                double[] at = [.. point.Split(',').Select(double.Parse)];
                Assert.InRange(at[0], 0, width);
                Assert.InRange(at[1], 0, height);
            });
    }

    [Theory]
    [InlineData(100, 120)]
    [InlineData(35, 90_000)]
    [InlineData(1, 1e9)]
    [InlineData(50, 50)]
    public void A_logarithmic_axis_has_some_round_ticks_within_it_or_is_very_short(double low, double high)
    {
        LogAxis axis = new(low, high, 300, 0);
        Assert.InRange(axis.Ticks().Count, 1, 10);
        Assert.All(axis.Ticks(), tick => Assert.InRange(axis.At(tick), 0, 300));
        Assert.True(axis.At(low) > axis.At(high) || low.Equals(high));
    }

    [Fact]
    public void Words_of_others_are_escaped() =>
        Assert.Contains("a <b> & \"c\"", Words(Parse(Drawn("a <b> & \"c\""))));

    private static string Drawn(string text)
    {
        Canvas canvas = new(10, 10);
        canvas.Text(1, 1, text);
        return canvas.Finish(text);
    }

    private static XElement Parse(string? svg) => XDocument.Parse(svg!).Root!;

    private static string[] Words(XElement svg) => [.. svg.Elements(s_svg + "text").Select(static text => text.Value)];
}

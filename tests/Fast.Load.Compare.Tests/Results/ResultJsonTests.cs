using System;
using System.IO;
using System.Linq;
using Fast.Load.Compare.Results;
using Fast.Load.Compare.Tests.Support;
using Xunit;

namespace Fast.Load.Compare.Tests.Results;

public sealed class ResultJsonTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_is_written_is_read_again()
    {
        CompareResult written = Sample.Result(Sample.Saturated());
        written.Scenarios[0].Rows[1].Set(MetricTable.P99, 1, 5);
        written.Scenarios[0].Rows[1].Trouble = "ended by signal 11";
        written.Scenarios[0].Rows[1].Failures["reset"] = 3;
        ResultJson.Write(written, _path);
        CompareResult read = ResultJson.Read(_path);

        Assert.Equal((written.At, written.Command, written.Layout, written.SliceSeconds), (read.At, read.Command, read.Layout, read.SliceSeconds));
        Assert.Equal(written.Machine, read.Machine);
        Assert.Equal(written.Targets, read.Targets);
        ScenarioResult scenario = Assert.Single(read.Scenarios);
        Assert.Equal(("saturated", 3, 2, 1), (scenario.Name, scenario.Rounds, scenario.Discarded, scenario.Disturbed));
        TargetRow row = scenario.Find("nginx")!;
        Assert.Equal([200, 180, 240], row.Series(MetricTable.P50));
        Assert.Equal([double.NaN, 5, double.NaN], row.Series(MetricTable.P99));
        Assert.Equal([100, 70, 120], row.Series("added_p50_us"));
        Assert.Equal("ended by signal 11", row.Trouble);
        Assert.Equal(3, row.Failures["reset"]);
        Assert.Equal(written.Scenarios[0].Rows[1].Curve, row.Curve);
    }

    [Theory]
    [InlineData("", "not a result")]
    [InlineData("[]", "not a result")]
    [InlineData("{}", "not a result")]
    [InlineData("{\"schema\": 2}", "schema 2")]
    public void Other_files_are_refused(string text, string message)
    {
        File.WriteAllText(_path, text);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ResultJson.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_shows_medians_spreads_and_ratios_of_the_same_round()
    {
        using StringWriter text = new();
        ResultTable.Write(Sample.Result(Sample.Saturated()), text);
        string[] lines = text.ToString().Split('\n');
        Assert.Contains(lines, static line => line.Contains("yarp: skipped: `dotnet` is not there", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("3 rounds, 2 disturbed slices discarded, 1 KEPT ALTHOUGH DISTURBED", StringComparison.Ordinal));
        string fast = lines.Single(static line => line.StartsWith("  fast ", StringComparison.Ordinal));
        Assert.Contains("140 [90..200]", fast, StringComparison.Ordinal);
        Assert.Contains("50.0 [50.0..60.0]", fast, StringComparison.Ordinal);
        Assert.Contains("1.25 [1.00..1.50]", fast, StringComparison.Ordinal);
    }
}

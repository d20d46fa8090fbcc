using System;
using System.Buffers;
using System.Text;
using Fast.Gateway.Telemetry;
using Xunit;

namespace Fast.Gateway.Tests.Telemetry;

public sealed class ExpositionTests
{
    [Fact]
    public void A_family_is_its_help_its_type_and_its_samples() => Assert.Equal(
        "# HELP a_total What it says.\n# TYPE a_total counter\na_total 3\na_total{b=\"c\"} 0\na_total{b=\"c\",d=\"e\"} 9223372036854775807\n",
        Written(static page =>
        {
            page.Counter("a_total", "What it says.");
            page.Sample(3);
            page.Sample(0, ("b", "c"));
            page.Sample(long.MaxValue, ("b", "c"), ("d", "e"));
        }));

    [Fact]
    public void What_would_end_a_line_or_a_label_is_escaped() => Assert.Equal(
        "# HELP a One\\nline, \"quoted\", with a \\\\.\n# TYPE a gauge\na{b=\"\\\"\\\\\\nn\\\\n\"} -1\n",
        Written(static page =>
        {
            page.Gauge("a", "One\nline, \"quoted\", with a \\.");
            page.Sample(-1, ("b", "\"\\\nn\\n"));
        }));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.000001")]
    [InlineData(10, "0.00001")]
    [InlineData(2_500_000, "2.5")]
    [InlineData(600_000_000, "600")]
    [InlineData(1_795_616_502_803_000, "1795616502.803")]
    [InlineData(long.MaxValue, "9223372036854.775807")]
    public void A_time_is_an_exact_decimal_of_seconds(long microseconds, string written) => Assert.Equal(
        $"# HELP a A.\n# TYPE a gauge\na {written}\n",
        Written(page =>
        {
            page.Gauge("a", "A.");
            page.Seconds(microseconds);
        }));

    [Fact]
    public void Buckets_add_up_to_all_that_was_counted() => Assert.Equal(
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"0.00001\"} 1\na_bucket{le=\"5\"} 1\na_bucket{le=\"+Inf\"} 3\na_sum 20.00001\na_count 3\n",
        Written(static page =>
        {
            page.Histogram("a", "A.");
            page.Buckets([10, 5_000_000], [1, 0, 2], 20_000_010);
        }));

    [Theory]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\r\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\n\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE b gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na 1\n")]
    [InlineData("# HELP a A.\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{b=\"\"\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{b=\"\\x\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{1b=\"\"} 1\n")]
    [InlineData("# HELP a-b A.\n# TYPE a-b gauge\na-b 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1,5\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n")]
    public void The_reader_of_these_tests_takes_nothing_else(string text) => Assert.Throws<FormatException>(() => new ExpositionText(text));

    private static string Written(Action<Exposition> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(new Exposition(output));
        string text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.NotEmpty(new ExpositionText(text).Types);
        return text;
    }
}

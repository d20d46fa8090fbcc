using System;
using Fast.Gateway.Configuration.Reading;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class MeasuresTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("10m", 600_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("007s", 7_000)]
    public void Durations_are_read(string text, long milliseconds)
    {
        Assert.True(Measures.TryParseDuration(text, out TimeSpan value));
        Assert.Equal(milliseconds, (long)value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("1.5s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5s5s")]
    [InlineData("30s1m")]
    [InlineData("1ms1s")]
    [InlineData("5s3")]
    [InlineData("1w")]
    [InlineData("٣s")]
    [InlineData("9223372036854775807d")]
    [InlineData("99999999999999999999999s")]
    [InlineData("9999999999d")]
    public void What_is_not_a_duration_is_not_read(string text) => Assert.False(Measures.TryParseDuration(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("32KiB", 32_768)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("1TiB", 1_099_511_627_776)]
    [InlineData("10KB", 10_000)]
    [InlineData("10kB", 10_000)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("2GB", 2_000_000_000)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(Measures.TryParseSize(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("64 MiB")]
    [InlineData("64mib")]
    [InlineData("64Mb")]
    [InlineData("64M")]
    [InlineData("-1")]
    [InlineData("1.5GiB")]
    [InlineData("1e6")]
    [InlineData("0x10")]
    [InlineData("9223372036854775807KiB")]
    [InlineData("99999999999999999999")]
    public void What_is_not_a_size_is_not_read(string text) => Assert.False(Measures.TryParseSize(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(10, "10ms")]
    [InlineData(90_000, "90s")]
    [InlineData(600_000, "10m")]
    [InlineData(86_400_000, "1d")]
    public void Durations_are_shown_as_they_are_written(long milliseconds, string text) =>
        Assert.Equal(text, Measures.FormatDuration(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(1, "1B")]
    [InlineData(1000, "1000B")]
    [InlineData(1024, "1KiB")]
    [InlineData(1L << 40, "1TiB")]
    [InlineData((1L << 20) + 1024, "1025KiB")]
    public void Sizes_are_shown_as_they_are_written(long bytes, string text) => Assert.Equal(text, Measures.FormatSize(bytes));
}

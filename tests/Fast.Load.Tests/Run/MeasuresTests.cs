using System;
using Fast.Load.Run;
using Xunit;

namespace Fast.Load.Tests.Run;

public sealed class MeasuresTests
{
    [Theory]
    [InlineData("500us", 0.0005)]
    [InlineData("20ms", 0.02)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2m", 120)]
    [InlineData("3", 3)]
    public void A_duration_is_read(string text, double seconds)
    {
        Assert.True(Measures.TryDuration(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1s")]
    [InlineData("x")]
    [InlineData("99999999s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Measures.TryDuration(text, out _));

    [Theory]
    [InlineData("300KB", 307_200)]
    [InlineData("1mb", 1_048_576)]
    [InlineData("931", 931)]
    public void A_size_is_read(string text, int bytes)
    {
        Assert.True(Measures.TryBytes(text, out int read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4000", false, "/v1/chat/completions")]
    [InlineData("http://[::1]:4000/x?y=z", false, "/x?y=z")]
    [InlineData("http://localhost:4000/a", false, "/a")]
    [InlineData("http://192.0.2.1/a", true, "/a")]
    public void A_target_is_read(string url, bool allowRemote, string path)
    {
        Assert.Equal(path, TargetUrl.Parse(url, allowRemote, out _)?.Path);
    }

    [Theory]
    [InlineData("http://192.0.2.1/", "--allow-remote")]
    [InlineData("https://127.0.0.1/", "http:// URL")]
    [InlineData("what", "http:// URL")]
    public void What_is_no_target_is_refused_with_the_reason(string url, string reason)
    {
        Assert.Null(TargetUrl.Parse(url, allowRemote: false, out string error));
        Assert.Contains(reason, error);
    }
}

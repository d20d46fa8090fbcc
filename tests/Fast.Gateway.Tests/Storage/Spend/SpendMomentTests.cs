using System;
using Fast.Gateway.Storage.Spend;
using Xunit;

namespace Fast.Gateway.Tests.Storage.Spend;

public sealed class SpendMomentTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("7d", "2026-11-18T12:00:00Z")]
    [InlineData("1d12h", "2026-11-24T00:00:00Z")]
    [InlineData("2026-11-01", "2026-11-01T00:00:00Z")]
    [InlineData("2026-11-01T08:30", "2026-11-01T08:30:00Z")]
    [InlineData("2026-11-01T08:30:15+02:00", "2026-11-01T06:30:15Z")]
    [InlineData("2026-11-01T08:30:15.250Z", "2026-11-01T08:30:15.250Z")]
    public void A_moment_is_read(string text, string moment)
    {
        Assert.True(SpendMoment.TryParse(text, s_now, out DateTimeOffset read));
        Assert.Equal(DateTimeOffset.Parse(moment), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("yesterday")]
    [InlineData("01.11.2026")]
    [InlineData("2026-02-30")]
    [InlineData("40000d")]
    public void What_is_no_moment_is_not(string text) => Assert.False(SpendMoment.TryParse(text, s_now, out _));
}

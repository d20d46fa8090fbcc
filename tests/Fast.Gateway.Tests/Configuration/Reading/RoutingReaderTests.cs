using System;
using Fast.Gateway.Configuration.Documents;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading;

public sealed class RoutingReaderTests
{
    [Fact]
    public void Every_timeout_is_read() => Assert.Equal(
        new TimeoutsDocument
        {
            Connect = TimeSpan.FromMilliseconds(10),
            FirstToken = TimeSpan.FromHours(1),
            FirstTokenWritten = true,
            BetweenTokens = TimeSpan.FromSeconds(90),
            Total = TimeSpan.FromDays(1),
        },
        Yamls.Good("routing: { timeouts: { connect: 10ms, first_token: 1h, between_tokens: 1m30s, total: 1d } }\n").Routing.Timeouts);

    [Theory]
    [InlineData("server:\n")]
    [InlineData("routing:\n")]
    [InlineData("routing: {}\n")]
    [InlineData("routing: { timeouts: }\n")]
    public void What_is_not_written_has_its_default(string yaml)
    {
        TimeoutsDocument timeouts = Yamls.Good(yaml).Routing.Timeouts;
        Assert.Equal((5d, 60d, 60d, 600d), (timeouts.Connect.TotalSeconds, timeouts.FirstToken.TotalSeconds, timeouts.BetweenTokens.TotalSeconds, timeouts.Total.TotalSeconds));
        Assert.False(timeouts.FirstTokenWritten);
    }

    [Theory]
    [InlineData("retries: 2", "1:12: `retries` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("set_aside: off", "1:12: `set_aside` is not enforced by this version of Fast, so it is refused rather than ignored")]
    [InlineData("timeout: 5s", "1:12: unknown member `timeout` in `routing`; did you mean `timeouts`?")]
    [InlineData("timeouts: 5s", "1:22: `timeouts` takes members (`name: value`), not one value")]
    [InlineData("timeouts: { connect: 6m }", "1:33: `connect` is `6m`; it must be between 10ms and 5m")]
    [InlineData("timeouts: { first_token: 1ms }", "1:37: `first_token` is `1ms`; it must be between 10ms and 1h")]
    [InlineData("timeouts: { between_tokens: 2h }", "1:40: `between_tokens` is `2h`; it must be between 10ms and 1h")]
    [InlineData("timeouts: { total: 25h }", "1:31: `total` is `25h`; it must be between 100ms and 1d")]
    [InlineData("timeouts: { conect: 5s }", "1:24: unknown member `conect` in `timeouts`; did you mean `connect`?")]
    public void A_wrong_member_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"routing: {{ {yaml} }}\n"));
}

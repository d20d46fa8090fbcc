using System;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class LimitsReaderTests
{
    [Fact]
    public void All_limits_are_read() => Assert.Equal(
        new LimitsDocument(
            new RateDocument(60, TimeSpan.FromMinutes(1)), new RateDocument(100_000, TimeSpan.FromHours(1)), 8, TimeSpan.FromSeconds(2)),
        Read("requests: 60 per minute, tokens: 100000 per hour, parallel: 8, queue: 2s"));

    [Theory]
    [InlineData("1 per second", 1, 1)]
    [InlineData("1000000000 per day", 1_000_000_000, 86_400)]
    [InlineData("007  per hour", 7, 3_600)]
    public void A_rate_is_read_exactly(string text, long count, int seconds) =>
        Assert.Equal(new RateDocument(count, TimeSpan.FromSeconds(seconds)), Read($"requests: {text}").Requests);

    [Fact]
    public void What_is_not_written_does_not_hold()
    {
        Assert.Null(Accounts.Good("models: [chat]").Limits);
        Assert.Equal(new LimitsDocument(null, null, null, TimeSpan.Zero), Read(""));
    }

    [Theory]
    [InlineData("requests: 60", "4:23: `requests`: `60` is not a rate; write it like `60 per minute`")]
    [InlineData("requests: 90", "4:23: `requests`: `90` is not a rate; write it like `90 per minute`")]
    [InlineData("tokens: 60/minute", "4:21: `tokens`: `60/minute` is not a rate; write it like `60 per minute`")]
    [InlineData("tokens: 1.5 per minute", "4:21: `tokens`: `1.5 per minute` is not a rate; write it like `60 per minute`")]
    [InlineData("tokens: 60 each minute", "4:21: `tokens`: `60 each minute` is not a rate; write it like `60 per minute`")]
    [InlineData("tokens: -1 per minute", "4:21: `tokens`: `-1 per minute` is not a rate; write it like `60 per minute`")]
    [InlineData("requests: 60 per minut", "4:23: `requests`: `60 per minut`: unknown time; did you mean `minute`?")]
    [InlineData("requests: 60 per month", "4:23: `requests`: `60 per month`: unknown time; known here: `second`, `minute`, `hour`, `day`")]
    [InlineData("requests: 0 per minute", "4:23: `requests` is `0 per minute`; it must be between 1 and 1000000000")]
    [InlineData("requests: 1000000001 per day", "4:23: `requests` is `1000000001 per day`; it must be between 1 and 1000000000")]
    [InlineData("requests: 99999999999999999999 per day", "4:23: `requests` is `99999999999999999999 per day`; it must be between 1 and 1000000000")]
    [InlineData("requests: ", "4:24: `requests` has no value")]
    [InlineData("requests: []", "4:23: `requests` takes one value, not a list")]
    [InlineData("parallel: 0", "4:23: `parallel` is `0`; it must be a whole number between 1 and 1000000")]
    [InlineData("parallel: 1000001", "4:23: `parallel` is `1000001`; it must be a whole number between 1 and 1000000")]
    [InlineData("parallel: 1, queue: 61s", "4:33: `queue` is `61s`; it must be between 0s and 1m")]
    [InlineData("parallel: 1, queue: 2", "4:33: `queue`: `2` has no unit; write `2s` for seconds")]
    [InlineData("queue: 2s", "4:13: `queue` is how long a request waits for one of `parallel`, so it needs `parallel`")]
    [InlineData("request: 60 per minute", "4:13: unknown member `request` in `limits`; did you mean `requests`?")]
    public void A_wrong_limit_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Accounts.Problem($"limits: {{ {yaml} }}"));

    [Theory]
    [InlineData("limits: 60 per minute", "4:11: `limits` takes members (`name: value`), not one value")]
    [InlineData("limits: []", "4:11: `limits` takes members (`name: value`), not a list")]
    public void Limits_take_members(string yaml, string problem) => Assert.Equal(problem, Accounts.Problem(yaml));

    [Fact]
    public void What_a_variable_holds_is_not_shown() => Assert.Equal(
        "4:23: `requests`: `env:RATE` is not a rate; write it like `60 per minute`",
        Accounts.Problem("limits: { requests: env:RATE }", "RATE=4711"));

    private static LimitsDocument Read(string members) =>
        Assert.IsType<LimitsDocument>(Accounts.Good($"limits: {{ {members} }}").Limits);
}

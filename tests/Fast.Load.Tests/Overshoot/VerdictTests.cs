using System;
using Fast.Load.Overshoot;
using Xunit;

namespace Fast.Load.Tests.Overshoot;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(200, null, 0, "Again", 0)]
    [InlineData(429, false, 0, "End", 0)]
    [InlineData(429, false, 3600, "End", 0)]
    [InlineData(429, true, 2, "Wait", 2000)]
    [InlineData(429, null, 0, "Wait", 1000)]
    [InlineData(429, true, 600, "Wait", 5000)]
    [InlineData(500, null, 0, "Wait", 50)]
    [InlineData(0, null, 0, "Wait", 50)]
    public void A_caller_does_what_the_answer_asks_of_it(int status, bool? shouldRetry, double retryAfter, string next, int waitMs)
    {
        Verdict expected = new(Enum.Parse<NextStep>(next), TimeSpan.FromMilliseconds(waitMs));
        Assert.Equal(expected, Verdict.Of(status, shouldRetry, retryAfter));
    }
}

using System;
using System.Globalization;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class BudgetCalendarTests
{
    [Theory]
    [InlineData(BudgetPeriod.Minute, "2026-03-29T01:59:59.999Z", "2026-03-29T01:59:00Z", "2026-03-29T02:00:00Z")]
    [InlineData(BudgetPeriod.Minute, "2026-03-29T02:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T02:01:00Z")]
    [InlineData(BudgetPeriod.Hour, "2026-03-29T02:30:00Z", "2026-03-29T02:00:00Z", "2026-03-29T03:00:00Z")]
    [InlineData(BudgetPeriod.Hour, "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2028-02-29T12:00:00Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2027-02-28T23:59:59.999Z", "2027-02-28T00:00:00Z", "2027-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Day, "2026-12-31T23:59:59.999Z", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2026-11-22T23:59:59.999Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "2027-01-01T00:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "1970-01-05T00:00:00Z", "1970-01-05T00:00:00Z", "1970-01-12T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2028-02-29T23:59:59.999Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "2027-01-31T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-02-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Month, "9998-12-31T23:59:59Z", "9998-12-01T00:00:00Z", "9999-01-01T00:00:00Z")]
    [InlineData(BudgetPeriod.Week, "9998-12-31T23:59:59Z", "9998-12-28T00:00:00Z", "9999-01-04T00:00:00Z")]
    public void A_window_begins_and_ends_at_the_calendars_marks(BudgetPeriod period, string now, string start, string end)
    {
        Assert.Equal((At(start), At(end)), BudgetCalendar.WindowAt(period, At(now)));
    }

    [Fact]
    public void A_budget_in_total_has_one_window_for_ever()
    {
        Assert.Equal((0, long.MaxValue), BudgetCalendar.WindowAt(BudgetPeriod.Total, 0));
        Assert.Equal((0, long.MaxValue), BudgetCalendar.WindowAt(BudgetPeriod.Total, At("9998-01-01T00:00:00Z")));
    }

    [Theory]
    [InlineData(BudgetPeriod.Minute)]
    [InlineData(BudgetPeriod.Hour)]
    [InlineData(BudgetPeriod.Day)]
    [InlineData(BudgetPeriod.Week)]
    [InlineData(BudgetPeriod.Month)]
    public void Windows_follow_one_another_without_a_gap_and_hold_their_moments(BudgetPeriod period)
    {
        Random random = new(4);
        for (int i = 0; i < 20_000; i++)
        {
            long now = random.NextInt64(0, At("9998-01-01T00:00:00Z"));
            (long start, long end) = BudgetCalendar.WindowAt(period, now);
            Assert.True(start <= now && now < end);
            Assert.Equal((start, end), BudgetCalendar.WindowAt(period, end - 1));
            Assert.Equal(end, BudgetCalendar.WindowAt(period, end).Start);
            Assert.Equal(0, DateTimeOffset.FromUnixTimeMilliseconds(start).Second);
            if (period == BudgetPeriod.Week)
                Assert.Equal(DayOfWeek.Monday, DateTimeOffset.FromUnixTimeMilliseconds(start).DayOfWeek);
        }
    }

    private static long At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

using System;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>Where the windows of a budget begin and end: at the calendar's marks in UTC, which knows no summer time.</summary>
public static class BudgetCalendar
{
    /// <summary>1970-01-05, a Monday, in Unix milliseconds.</summary>
    private const long FirstMonday = 4 * 86_400_000L;

    /// <summary>The window that a moment lies in: from its start on, and before its end.</summary>
    /// <param name="period">How long windows are.</param>
    /// <param name="now">Unix milliseconds, not before 1970.</param>
    /// <returns>Unix milliseconds; 0 and <see cref="long.MaxValue"/> for <see cref="BudgetPeriod.Total"/>.</returns>
    public static (long Start, long End) WindowAt(BudgetPeriod period, long now) => period switch
    {
        BudgetPeriod.Minute => Every(60_000, 0, now),
        BudgetPeriod.Hour => Every(3_600_000, 0, now),
        BudgetPeriod.Day => Every(86_400_000, 0, now),
        BudgetPeriod.Week => Every(7 * 86_400_000L, FirstMonday, now),
        BudgetPeriod.Month => MonthAt(now),
        _ => (0, long.MaxValue),
    };

    private static (long Start, long End) Every(long length, long first, long now)
    {
        // Floored, because the days before the first Monday belong to a week too.
        long start = first + (FloorDivide(now - first, length) * length);
        return (start, start + length);
    }

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    private static (long Start, long End) MonthAt(long now)
    {
        DateTimeOffset moment = DateTimeOffset.FromUnixTimeMilliseconds(now);
        DateTimeOffset start = new(moment.Year, moment.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return (start.ToUnixTimeMilliseconds(), start.AddMonths(1).ToUnixTimeMilliseconds());
    }
}

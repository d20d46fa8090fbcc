using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Storage;

/// <summary>What budgets are called in the store: unit and period, for example <c>usd/day</c>. These words are on disk and never change.</summary>
public static class BudgetNames
{
    private static readonly string[] s_units = ["usd", "tokens", "requests", "tool_calls"];
    private static readonly string[] s_periods = ["minute", "hour", "day", "week", "month", "total"];
    private static readonly string[] s_names = new string[s_units.Length * s_periods.Length];

    static BudgetNames()
    {
        for (int i = 0; i < s_names.Length; i++)
            s_names[i] = $"{s_units[i / s_periods.Length]}/{s_periods[i % s_periods.Length]}";
    }

    /// <summary>The names of all budgets of a period.</summary>
    /// <param name="period">How long a window is.</param>
    internal static IEnumerable<string> AllOf(BudgetPeriod period) =>
        s_units.Select((_, unit) => Of((BudgetUnit)unit, period));

    /// <summary>What a budget of this name counts.</summary>
    internal static BudgetUnit UnitOf(string name) => (BudgetUnit)(Array.IndexOf(s_names, name) / s_periods.Length);

    /// <summary>The name of an account's budget of this kind.</summary>
    /// <param name="unit">What is counted.</param>
    /// <param name="period">How long a window is.</param>
    public static string Of(BudgetUnit unit, BudgetPeriod period) => s_names[((int)unit * s_periods.Length) + (int)period];
}

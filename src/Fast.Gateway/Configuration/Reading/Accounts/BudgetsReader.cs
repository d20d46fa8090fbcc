using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>budget</c>: one, such as <c>10 USD per day</c>, or a list.</summary>
internal static class BudgetsReader
{
    /// <summary>Most budgets of one account. At the limit the list is refused.</summary>
    public const int BudgetsMax = 8;

    /// <summary>Most money in one budget, in USD: its nano-dollars fit a word eight times over. A greater one is refused.</summary>
    public const long DollarsMax = 1_000_000_000;

    /// <summary>Most tokens or requests in one budget. A greater one is refused.</summary>
    public const long CountMax = 1_000_000_000_000_000;

    private const long NanosPerDollar = 1_000_000_000;
    private const int DecimalsMax = 9;
    private const string Forms = "write it like `10 USD per day`, `1000000 tokens per hour`, `500 requests per month` or `100 USD`";
    private const string FormsOfRun = "write it like `1 USD` or `1000000 tokens`";
    private const string NothingFault = " allows nothing; write `disabled: true` for that";

    private static readonly string[] s_units = ["USD", "tokens", "requests"];
    private static readonly string[] s_periods = ["minute", "hour", "day", "week", "month", "total"];

    /// <summary>Reads the budgets of an account; empty when none are written.</summary>
    public static IReadOnlyList<BudgetSpec> Read(ReadingContext context, Members members) => Read(context, members, ofRun: false);

    /// <summary>Reads the budgets of a run, which are all for its whole life.</summary>
    public static IReadOnlyList<BudgetSpec> ReadOfRun(ReadingContext context, Members members) => Read(context, members, ofRun: true);

    private static List<BudgetSpec> Read(ReadingContext context, Members members, bool ofRun)
    {
        List<BudgetSpec> budgets = [];
        if (!members.TryGet("budget", out YamlNode? node))
            return budgets;

        IReadOnlyList<YamlNode> nodes = node is ListNode list ? list.Items : [node];
        if (nodes.Count is 0 or > BudgetsMax)
            context.Problem(node, $"`budget` holds {nodes.Count} budgets; it must be between 1 and {BudgetsMax}");

        foreach (YamlNode one in nodes)
        {
            if (!context.TryText(one, "`budget`", out TextValue text) || Parse(context, text, ofRun) is not { } budget)
                continue;

            if (budgets.Any(other => other.Unit == budget.Unit && other.Period == budget.Period))
                context.Problem(text, $"`budget`: {text.Shown} is the second in {UnitOf(budget)} per {PeriodOf(budget)}; keep one of them");
            budgets.Add(budget);
        }

        return budgets;
    }

    /// <summary>Reads one budget.</summary>
    /// <returns>Null when it is none; the problem is then recorded.</returns>
    private static BudgetSpec? Parse(ReadingContext context, TextValue text, bool ofRun)
    {
        string[] words = Words(text.Value);
        string? fault = ShapeFault(words, text.IsResolved, ofRun);
        int unit = -1;
        int period = (int)BudgetPeriod.Total;
        if (fault is null)
        {
            unit = IndexOfUnit(words[1]);
            period = words.Length == 2 ? period : Array.IndexOf(s_periods, words[3]);
            fault = unit < 0 ? $": unknown unit{NearestName.Suggest(words[1], s_units)}"
                : period < 0 ? $": unknown period{NearestName.Suggest(words[3], s_periods)}"
                : ofRun && period != (int)BudgetPeriod.Total ? ": a run's budget is for the whole run; leave the period out"
                : null;
        }

        long limit = 0;
        fault ??= unit == (int)BudgetUnit.Usd ? MoneyFault(words[0], out limit) : CountFault(words[0], s_units[unit], out limit);
        if (fault is null)
            return new BudgetSpec((BudgetUnit)unit, limit, (BudgetPeriod)period);

        context.Problem(text, $"`budget`: {text.Shown}{fault}");
        return null;
    }

    // `$10` is another way to write `10 USD`.
    private static string[] Words(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [['$', .. string amount], .. string[] rest] ? [amount, s_units[0], .. rest] : words;
    }

    private static string? ShapeFault(string[] words, bool isResolved, bool ofRun)
    {
        bool starts = words.Length > 0 && IsAmount(words[0]);
        if (starts && (words.Length == 2 || (words.Length == 4 && words[2] == "per")))
            return null;

        string forms = ofRun ? FormsOfRun : Forms;
        bool lacksUnit = starts && (words.Length == 1 || (words.Length == 3 && words[1] == "per"));
        if (!lacksUnit)
            return $" is not a budget; {forms}";

        // What a variable holds is not shown.
        if (isResolved)
            return $" has no unit; {forms}";

        string period = words.Length == 3 && s_periods.Contains(words[2]) ? words[2] : "day";
        return ofRun ? $" has no unit; write `{words[0]} USD`" : $" has no unit; write `{words[0]} USD per {period}`";
    }

    private static bool IsAmount(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length <= 2 && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit));
    }

    private static int IndexOfUnit(string text) =>
        Array.FindIndex(s_units, unit => unit.Equals(text, StringComparison.OrdinalIgnoreCase)
            || (text.Length > 1 && unit == text + "s"));

    private static string? MoneyFault(string amount, out long nanos)
    {
        nanos = 0;
        string[] parts = amount.Split('.');
        string fraction = parts.Length == 2 ? parts[1].TrimEnd('0') : "";
        if (fraction.Length > DecimalsMax)
            return $" has more than {DecimalsMax} decimals; a nano-dollar is the least there is";

        if (!TryParseWhole(parts[0], out long dollars) || dollars > DollarsMax || (dollars == DollarsMax && fraction.Length > 0))
            return $" is more than {DollarsMax} USD";

        long rest = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(DecimalsMax, '0'), CultureInfo.InvariantCulture);
        nanos = (dollars * NanosPerDollar) + rest;
        return nanos > 0 ? null : NothingFault;
    }

    private static string? CountFault(string amount, string unit, out long count)
    {
        count = 0;
        if (amount.Contains('.'))
            return $": {unit} are counted in whole numbers";
        if (!TryParseWhole(amount, out count) || count > CountMax)
            return $" is more than {CountMax} {unit}";
        return count > 0 ? null : NothingFault;
    }

    private static bool TryParseWhole(string digits, out long value) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string UnitOf(BudgetSpec budget) => s_units[(int)budget.Unit];

    private static string PeriodOf(BudgetSpec budget) => s_periods[(int)budget.Period];
}

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fast.Load.Compare;
using Fast.Load.Compare.Results;

namespace Fast.Load.Gate;

/// <summary>What became of one budget.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Value">What was measured; NaN for nothing.</param>
/// <param name="Broken">Why it does not hold; null when it does.</param>
/// <param name="Source">The result that was judged.</param>
internal sealed record Verdict(Budget Budget, double Value, string? Broken, string Source)
{
    public override string ToString()
    {
        string[] both = [Limit("at least", Budget.Min), Limit("at most", Budget.Max)];
        string limits = string.Join(", ", both.Where(static text => text.Length > 0));
        string value = double.IsNaN(Value) ? "nothing" : Value.ToString("0.####", CultureInfo.InvariantCulture);
        return $"{(Broken is null ? "ok    " : "BROKEN")} line {Budget.Line}: {Budget}: {value}, budget {limits}"
            + (Broken is null ? "" : $": {Broken}; from {Source}");
    }

    private static string Limit(string words, double? limit) =>
        limit is { } value ? $"{words} {value.ToString("0.####", CultureInfo.InvariantCulture)}" : "";
}

/// <summary>Holds budgets against a result.</summary>
internal static class GateJudge
{
    public static IReadOnlyList<Verdict> Judge(IReadOnlyList<Budget> budgets, CompareResult result) =>
        [.. budgets.Select(budget => Judge(budget, result))];

    private static Verdict Judge(Budget budget, CompareResult result)
    {
        if (FindMissing(budget.Scenario, budget.Target, budget.Metric, result) is { } missing)
            return new Verdict(budget, double.NaN, missing, result.Source);
        IReadOnlyList<double> series = result.Find(budget.Scenario)!.Find(budget.Target)!.Series(budget.Metric);
        Spread spread = Spread.Of(series);
        if (budget.RatioTo is { } other)
        {
            if (FindMissing(budget.Scenario, other, budget.Metric, result) is { } missingBase)
                return new Verdict(budget, double.NaN, missingBase, result.Source);
            spread = Spread.Ratio(series, result.Find(budget.Scenario)!.Find(other)!.Series(budget.Metric));
            if (spread.IsNone)
                return new Verdict(budget, double.NaN, $"no round has a ratio to {other}", result.Source);
        }
        double value = budget.Judged switch
        {
            Judged.Highest => spread.High,
            Judged.Lowest => spread.Low,
            _ => spread.Median,
        };
        string? broken = value > budget.Max ? "too much" : value < budget.Min ? "too little" : null;
        return new Verdict(budget, value, broken, result.Source);
    }

    // What was not measured cannot be said to hold.
    private static string? FindMissing(string scenario, string target, string metric, CompareResult result)
    {
        if (result.Find(scenario) is not { } measured)
            return $"the result has no scenario {scenario}";
        if (measured.Find(target) is not { } row)
        {
            string? skipped = result.Targets.FirstOrDefault(facts => facts.Name == target)?.Skipped;
            return skipped is null ? $"the result has no target {target}" : $"{target} was skipped: {skipped}";
        }
        return row.Trouble is { } trouble ? $"{target} was not measured to the end: {trouble}"
            : row.SpreadOf(metric).IsNone ? $"{target} has no {metric} in {scenario}" : null;
    }
}

using System.Globalization;

namespace Fast.Bench.Gating;

/// <summary>What can be wrong between a benchmark and its budget.</summary>
internal enum OffenceKind
{
    NoBudget,
    NoBenchmark,
    EmptyBudget,
    NoBaseline,
    Bytes,

    /// <summary>The only one that another look can take back: noise makes time longer and never shorter.</summary>
    Ratio,
}

/// <summary>One broken budget, and what to do about it.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="What">What was measured and what was allowed.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Offence(string Name, OffenceKind Kind, string What, string Remedy)
{
    public static Offence NoBudget(Measured row) => new(row.Name, OffenceKind.NoBudget, "has no budget",
        string.Create(CultureInfo.InvariantCulture, $"add a row to {BudgetFile.Path}; measured: {row.Bytes} B, ratio {row.Ratio ?? 1:0.00}"));

    public static Offence NoBenchmark(string name) => new(name, OffenceKind.NoBenchmark, "has a budget and no benchmark",
        $"take its row out of {BudgetFile.Path}, or bring the benchmark back");

    public static Offence EmptyBudget(string name) => new(name, OffenceKind.EmptyBudget, "has a budget that allows everything",
        "give it bytes, bytes_max, bytes_over or ratio");

    public static Offence NoBaseline(string name) => new(name, OffenceKind.NoBaseline, "has a ratio or bytes_over and nothing to compare with",
        "only a benchmark beside a baseline can have these");

    public static Offence TooManyBytes(string name, string measured, string budget) => new(name, OffenceKind.Bytes,
        $"allocates {measured}; the budget is {budget}", "find the allocation; if it has to be, raise the budget and say why in the commit");

    public static Offence FewerBytes(string name, long measured, long budget) => new(name, OffenceKind.Bytes,
        $"allocates {measured} B; the budget is exactly {budget} B", $"that is better: write {measured}, so that it stays");

    public static Offence TooSlow(string name, double measured, double budget) => new(name, OffenceKind.Ratio,
        string.Create(CultureInfo.InvariantCulture, $"takes {measured:0.00} x its baseline; the budget is {budget} x"),
        "find what became slower (./bench.sh NAME measures longer); if it has to be, raise the budget and say why in the commit");
}

using System.Collections.Generic;

namespace Fast.Bench.Gating;

/// <summary>Holds what was measured against what is allowed. Bytes and ratios count; nanoseconds are nobody's fault.</summary>
internal static class Gate
{
    /// <summary>Every broken budget. A benchmark without a budget and a budget without a benchmark are broken too.</summary>
    /// <param name="measured">Every benchmark that was run.</param>
    /// <param name="budgets">Every budget that is meant to hold for them.</param>
    public static List<Offence> Judge(IReadOnlyList<Measured> measured, IReadOnlyDictionary<string, Budget> budgets)
    {
        List<Offence> offences = [];
        HashSet<string> run = [];
        foreach (Measured row in measured)
        {
            run.Add(row.Name);
            if (budgets.TryGetValue(row.Name, out Budget? budget))
                Judge(row, budget, offences);
            else
                offences.Add(Offence.NoBudget(row));
        }

        foreach (string name in budgets.Keys)
        {
            if (!run.Contains(name))
                offences.Add(Offence.NoBenchmark(name));
        }

        return offences;
    }

    private static void Judge(Measured row, Budget budget, List<Offence> offences)
    {
        if (budget.IsEmpty)
            offences.Add(Offence.EmptyBudget(row.Name));
        if (budget.NeedsBaseline && row.Ratio is null)
            offences.Add(Offence.NoBaseline(row.Name));

        if (budget.Bytes is { } exact && row.Bytes < exact)
            offences.Add(Offence.FewerBytes(row.Name, row.Bytes, exact));
        else if (budget.Bytes is { } bytes && row.Bytes > bytes)
            offences.Add(Offence.TooManyBytes(row.Name, $"{row.Bytes} B", $"exactly {bytes} B"));
        if (budget.BytesMax is { } most && row.Bytes > most)
            offences.Add(Offence.TooManyBytes(row.Name, $"{row.Bytes} B", $"{most} B"));
        if (budget.BytesOver is { } over && row.BytesOver > over)
            offences.Add(Offence.TooManyBytes(row.Name, $"{row.BytesOver} B more than its baseline", $"{over} B more"));
        if (budget.Ratio is { } ratio && row.Ratio > ratio)
            offences.Add(Offence.TooSlow(row.Name, row.Ratio.Value, ratio));
    }
}

namespace Fast.Bench.Gating;

/// <summary>What one benchmark cost.</summary>
/// <param name="Name">Class, method and parameters, as the budgets name it.</param>
/// <param name="Nanoseconds">Time per operation.</param>
/// <param name="Ratio">Time as a multiple of the baseline's; null for a baseline and where there is none.</param>
/// <param name="Bytes">Bytes allocated per operation.</param>
/// <param name="BytesOver">Bytes beyond the baseline's; null where there is no ratio either.</param>
internal sealed record Measured(string Name, double Nanoseconds, double? Ratio, long Bytes, long? BytesOver);

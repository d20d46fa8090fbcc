namespace Fast.Load.Gate;

/// <summary>One row of a gate: what a metric may be.</summary>
internal sealed record Budget(int Line, string Scenario, string Target, string Metric)
{
    /// <summary>The target that the value is divided by, round by round; null for the value itself.</summary>
    public string? RatioTo { get; init; }

    public double? Max { get; init; }

    public double? Min { get; init; }

    /// <summary>Which value of the rounds is judged.</summary>
    public Judged Judged { get; init; }

    public override string ToString()
    {
        string what = RatioTo is null ? "" : $" / {RatioTo}";
        string which = Judged switch
        {
            Judged.Highest => ", highest round",
            Judged.Lowest => ", lowest round",
            _ => "",
        };
        return $"{Scenario} {Target}{what} {Metric}{which}";
    }
}

/// <summary>Which value of the rounds is judged.</summary>
internal enum Judged
{
    Median,
    Highest,
    Lowest,
}

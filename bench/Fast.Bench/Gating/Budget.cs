using System.Text;

namespace Fast.Bench.Gating;

/// <summary>What one benchmark may cost: a row of <c>bench/budgets.json</c>.</summary>
/// <param name="Bytes">Bytes allocated per operation: exactly so many, neither more nor less.</param>
/// <param name="BytesMax">Most bytes per operation, where what runs below does not allocate the same every time.</param>
/// <param name="BytesOver">Most bytes per operation beyond those of the baseline.</param>
/// <param name="Ratio">Most time, as a multiple of the baseline's.</param>
internal sealed record Budget(long? Bytes = null, long? BytesMax = null, long? BytesOver = null, double? Ratio = null)
{
    /// <summary>Whether the row says nothing at all.</summary>
    public bool IsEmpty => Bytes is null && BytesMax is null && BytesOver is null && Ratio is null;

    /// <summary>Whether the row compares with a baseline.</summary>
    public bool NeedsBaseline => BytesOver is not null || Ratio is not null;

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        Add(text, Bytes, "", " B");
        Add(text, BytesMax, "<= ", " B");
        Add(text, BytesOver, "<= baseline + ", " B");
        Add(text, Ratio, "<= ", " x");
        return text.ToString();
    }

    private static void Add<T>(StringBuilder text, T? limit, string before, string unit)
        where T : struct
    {
        if (limit is not null)
            text.Append(text.Length > 0 ? ", " : "").Append(before).Append(limit).Append(unit);
    }
}

namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// Tokens of one exchange by the kinds that providers price differently. The kinds do not overlap: what a provider counts inside another
/// number (cached inside input, reasoning inside output) is taken out of it when its answer is read.
/// </summary>
public record struct TokenUsage
{
    /// <summary>Input that is none of the other kinds of input.</summary>
    public long Input { get; set; }

    /// <summary>Input that was read from the provider's cache.</summary>
    public long CacheRead { get; set; }

    /// <summary>Input that was written to the provider's cache, for as long as it keeps it without being asked (Anthropic: 5 minutes).</summary>
    public long CacheWrite { get; set; }

    /// <summary>Input that was written to the provider's cache for an hour.</summary>
    public long CacheWriteHour { get; set; }

    /// <summary>Sound that was sent, as tokens.</summary>
    public long AudioInput { get; set; }

    /// <summary>Output that is none of the other kinds of output.</summary>
    public long Output { get; set; }

    /// <summary>Output that the model kept to itself.</summary>
    public long Reasoning { get; set; }

    /// <summary>Sound that was made, as tokens.</summary>
    public long AudioOutput { get; set; }

    /// <summary>All input.</summary>
    public readonly long TotalInput => Input + CacheRead + CacheWrite + CacheWriteHour + AudioInput;

    /// <summary>All output.</summary>
    public readonly long TotalOutput => Output + Reasoning + AudioOutput;

    /// <summary>All tokens.</summary>
    public readonly long Total => TotalInput + TotalOutput;

    /// <summary>Whether no count needs more bits than that; one below nothing does.</summary>
    internal readonly bool FitsIn(int bits) =>
        ((ulong)(Input | CacheRead | CacheWrite | CacheWriteHour | AudioInput | Output | Reasoning | AudioOutput) >> bits) == 0;
}

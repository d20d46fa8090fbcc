namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// What one token of each kind costs, in pico-dollars (10⁻¹² USD): 1 USD per million tokens is 1,000,000. A kind that has no price of its own
/// carries the price of the kind it is billed as: cached, cache-written and audio input that of input, reasoning and audio output that of output.
/// </summary>
public readonly record struct TokenRates
{
    /// <summary>Plain input.</summary>
    public long Input { get; init; }

    /// <summary>Input read from the cache.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input written to the cache.</summary>
    public long CacheWrite { get; init; }

    /// <summary>Input written to the cache for an hour.</summary>
    public long CacheWriteHour { get; init; }

    /// <summary>Sound that is sent.</summary>
    public long AudioInput { get; init; }

    /// <summary>Plain output.</summary>
    public long Output { get; init; }

    /// <summary>Output that the model keeps to itself.</summary>
    public long Reasoning { get; init; }

    /// <summary>Sound that is made.</summary>
    public long AudioOutput { get; init; }

    /// <summary>Whether no rate needs more bits than that.</summary>
    internal bool FitIn(int bits) =>
        ((ulong)(Input | CacheRead | CacheWrite | CacheWriteHour | AudioInput | Output | Reasoning | AudioOutput) >> bits) == 0;
}

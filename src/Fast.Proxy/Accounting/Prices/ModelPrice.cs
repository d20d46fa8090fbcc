using System;
using System.Collections.Generic;

namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// What a model costs and how much it takes and gives at most. Money is integer nano-dollars (10⁻⁹ USD); a sum is rounded up once, at its end.
/// </summary>
public sealed record ModelPrice
{
    /// <summary>Pico-dollars in a nano-dollar.</summary>
    private const long PicoPerNano = 1000;

    /// <summary>The rates that hold from the first token on.</summary>
    public required TokenRates Rates { get; init; }

    /// <summary>Rates that take the place of <see cref="Rates"/> for the whole exchange when its input is longer, shortest first.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <summary>Nano-dollars for each exchange, whatever its tokens.</summary>
    public long PerRequest { get; init; }

    /// <summary>Nano-dollars for each picture made.</summary>
    public long PerImage { get; init; }

    /// <summary>Pico-dollars for each character of the text to be spoken.</summary>
    public long PerCharacter { get; init; }

    /// <summary>Nano-dollars for each second of sound to be transcribed.</summary>
    public long PerSecond { get; init; }

    /// <summary>Most input tokens the model takes; 0 when that is not known.</summary>
    public int InputTokensMax { get; init; }

    /// <summary>Most output tokens the model gives, those kept to itself included; 0 when that is not known.</summary>
    public int OutputTokensMax { get; init; }

    /// <summary>Whether the model may think before it answers, in tokens that are billed and not shown.</summary>
    public bool Reasons { get; init; }

    /// <summary>The dearest that a token of input can be, over all tiers that <paramref name="inputTokens"/> may reach, in pico-dollars.</summary>
    public long InputRateMax(long inputTokens)
    {
        long most = Dearest(Rates);
        for (int i = 0; i < Tiers.Count && inputTokens > Tiers[i].AboveInputTokens; i++)
            most = Math.Max(most, Dearest(Tiers[i].Rates));
        return most;

        static long Dearest(in TokenRates rates) => Math.Max(Math.Max(rates.Input, rates.CacheRead), Math.Max(rates.CacheWrite, rates.CacheWriteHour));
    }

    /// <summary>The dearest that a token of text output can be with so much input, in pico-dollars.</summary>
    public long OutputRateMax(long inputTokens)
    {
        long most = Math.Max(Rates.Output, Rates.Reasoning);
        for (int i = 0; i < Tiers.Count && inputTokens > Tiers[i].AboveInputTokens; i++)
            most = Math.Max(most, Math.Max(Tiers[i].Rates.Output, Tiers[i].Rates.Reasoning));
        return most;
    }

    /// <summary>What an exchange cost, in nano-dollars, rounded up.</summary>
    public long Cost(in TokenUsage usage)
    {
        TokenRates rates = RatesFor(usage.TotalInput);
        Int128 pico = ((Int128)usage.Input * rates.Input) + ((Int128)usage.CacheRead * rates.CacheRead)
            + ((Int128)usage.CacheWrite * rates.CacheWrite) + ((Int128)usage.CacheWriteHour * rates.CacheWriteHour)
            + ((Int128)usage.AudioInput * rates.AudioInput) + ((Int128)usage.Output * rates.Output)
            + ((Int128)usage.Reasoning * rates.Reasoning) + ((Int128)usage.AudioOutput * rates.AudioOutput);
        return PerRequest + NanoOf(pico);
    }

    /// <summary>So many tokens at one rate, in nano-dollars, rounded up.</summary>
    /// <param name="tokens">Tokens.</param>
    /// <param name="rate">Pico-dollars for each.</param>
    public static long Cost(long tokens, long rate) => NanoOf((Int128)tokens * rate);

    private TokenRates RatesFor(long inputTokens)
    {
        TokenRates rates = Rates;
        for (int i = 0; i < Tiers.Count && inputTokens > Tiers[i].AboveInputTokens; i++)
            rates = Tiers[i].Rates;
        return rates;
    }

    private static long NanoOf(Int128 pico) => (long)Int128.Min((pico + (PicoPerNano - 1)) / PicoPerNano, long.MaxValue / 4);
}

/// <summary>Rates of a model for exchanges with much input.</summary>
/// <param name="AboveInputTokens">They hold when the input has more tokens than this, for the whole exchange.</param>
/// <param name="Rates">The rates.</param>
public sealed record PriceTier(long AboveInputTokens, TokenRates Rates);

using System;
using System.Collections.Generic;

namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// What a model costs and how much it takes and gives at most. Money is integer nano-dollars (10⁻⁹ USD); a sum is rounded up once, at its end.
/// </summary>
public sealed record ModelPrice
{
    /// <summary>Most that one exchange is said to cost, in nano-dollars: sums of some of them still fit a word.</summary>
    public const long CostMax = long.MaxValue / 4;

    /// <summary>Pico-dollars in a nano-dollar.</summary>
    public const long PicoPerNano = 1000;

    // Eight products of such numbers fit a word; 128 bits, which cost several times as much, are for what is larger.
    private const int CommonCountBits = 28;
    private const int CommonRateBits = 31;

    /// <summary>What the model makes.</summary>
    public ModelKind Kind { get; init; }

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

    /// <summary>What takes this price's place when the answer was served later and cheaper; null when that is not offered.</summary>
    public ModelPrice? Flex { get; init; }

    /// <summary>What takes this price's place when the answer was served ahead of others, for more; null when that is not offered.</summary>
    public ModelPrice? Priority { get; init; }

    /// <summary>Most input tokens the model takes; 0 when that is not known.</summary>
    public int InputTokensMax { get; init; }

    /// <summary>Most output tokens the model gives, those kept to itself included; 0 when that is not known.</summary>
    public int OutputTokensMax { get; init; }

    /// <summary>Whether the model may think before it answers, in tokens that are billed and not shown.</summary>
    public bool Reasons { get; init; }

    /// <summary>Whether it depends on the answer's service.</summary>
    public bool HasServices => Flex is not null || Priority is not null;

    /// <summary>The price of an answer that got a service; this one where that has none of its own, and where nobody said.</summary>
    public ModelPrice Served(ServiceTiers service) => service switch
    {
        ServiceTiers.Flex => Flex ?? this,
        ServiceTiers.Priority => Priority ?? this,
        _ => this,
    };

    /// <summary>The dearest that a token of input can be, over all tiers that <paramref name="inputTokens"/> may reach, in pico-dollars.</summary>
    /// <param name="inputTokens">Tokens of input at most.</param>
    /// <param name="sound">Whether sound may be among them.</param>
    /// <param name="services">The services of which one will be the answer's.</param>
    public long InputRateMax(long inputTokens, bool sound = false, ServiceTiers services = ServiceTiers.Plain)
    {
        long most = DearestInput(Rates, sound);
        for (int i = 0; i < Tiers.Count && inputTokens > Tiers[i].AboveInputTokens; i++)
            most = Math.Max(most, DearestInput(Tiers[i].Rates, sound));
        if (Flex is { } flex && (services & ServiceTiers.Flex) != ServiceTiers.None)
            most = Math.Max(most, flex.InputRateMax(inputTokens, sound));
        return Priority is { } priority && (services & ServiceTiers.Priority) != ServiceTiers.None ? Math.Max(most, priority.InputRateMax(inputTokens, sound)) : most;
    }

    /// <summary>The dearest that a token of output can be with so much input, in pico-dollars.</summary>
    /// <param name="inputTokens">Tokens of input at most.</param>
    /// <param name="sound">Whether sound may be among the output.</param>
    /// <param name="services">The services of which one will be the answer's.</param>
    public long OutputRateMax(long inputTokens, bool sound = false, ServiceTiers services = ServiceTiers.Plain)
    {
        long most = DearestOutput(Rates, sound);
        for (int i = 0; i < Tiers.Count && inputTokens > Tiers[i].AboveInputTokens; i++)
            most = Math.Max(most, DearestOutput(Tiers[i].Rates, sound));
        if (Flex is { } flex && (services & ServiceTiers.Flex) != ServiceTiers.None)
            most = Math.Max(most, flex.OutputRateMax(inputTokens, sound));
        return Priority is { } priority && (services & ServiceTiers.Priority) != ServiceTiers.None ? Math.Max(most, priority.OutputRateMax(inputTokens, sound)) : most;
    }

    /// <summary>What an exchange of at most so many tokens can cost, in nano-dollars, rounded up.</summary>
    /// <param name="inputTokens">Tokens of input at most.</param>
    /// <param name="outputTokens">Tokens of output at most.</param>
    /// <param name="sound">Whether sound may be among either.</param>
    public long Bound(long inputTokens, long outputTokens, bool sound = false) =>
        Sum(PerRequest, Pico(inputTokens, InputRateMax(inputTokens, sound)) + Pico(outputTokens, OutputRateMax(inputTokens, sound)));

    /// <summary>What an exchange cost, in nano-dollars, rounded up.</summary>
    public long Cost(in TokenUsage usage) => Cost(usage, default);

    /// <summary>What an exchange cost that is billed by more than tokens, in nano-dollars, rounded up.</summary>
    public long Cost(in TokenUsage usage, in BilledPieces pieces)
    {
        TokenRates rates = Tiers.Count == 0 ? Rates : RatesFor(usage);
        if (usage.FitsIn(CommonCountBits) && rates.FitIn(CommonRateBits) && pieces == default && (ulong)PerRequest <= CostMax)
        {
            long sum = (usage.Input * rates.Input) + (usage.CacheRead * rates.CacheRead)
                + (usage.CacheWrite * rates.CacheWrite) + (usage.CacheWriteHour * rates.CacheWriteHour)
                + (usage.AudioInput * rates.AudioInput) + (usage.Output * rates.Output)
                + (usage.Reasoning * rates.Reasoning) + (usage.AudioOutput * rates.AudioOutput);
            return Math.Min(PerRequest + ((sum + (PicoPerNano - 1)) / PicoPerNano), CostMax);
        }

        Int128 pico = Pico(usage.Input, rates.Input) + Pico(usage.CacheRead, rates.CacheRead)
            + Pico(usage.CacheWrite, rates.CacheWrite) + Pico(usage.CacheWriteHour, rates.CacheWriteHour)
            + Pico(usage.AudioInput, rates.AudioInput) + Pico(usage.Output, rates.Output)
            + Pico(usage.Reasoning, rates.Reasoning) + Pico(usage.AudioOutput, rates.AudioOutput)
            + Pico(pieces.Characters, PerCharacter)
            + (PicoPerNano * (Pico(pieces.Images, PerImage) + Pico(pieces.Seconds, PerSecond)));
        return Sum(PerRequest, pico);
    }

    /// <summary>So many tokens at one rate, in nano-dollars, rounded up.</summary>
    /// <param name="tokens">Tokens.</param>
    /// <param name="rate">Pico-dollars for each.</param>
    public static long Cost(long tokens, long rate) => ((ulong)(tokens | rate) >> CommonRateBits) == 0
        ? ((tokens * rate) + (PicoPerNano - 1)) / PicoPerNano
        : Sum(0, Pico(tokens, rate));

    /// <summary>This price, with what it does not say about its model taken from another.</summary>
    internal ModelPrice KnowingWhat(ModelPrice other) => this with
    {
        Kind = Kind == ModelKind.Text ? other.Kind : Kind,
        InputTokensMax = InputTokensMax == 0 ? other.InputTokensMax : InputTokensMax,
        OutputTokensMax = OutputTokensMax == 0 ? other.OutputTokensMax : OutputTokensMax,
        Reasons = Reasons || other.Reasons,
    };

    private TokenRates RatesFor(in TokenUsage usage)
    {
        Int128 input = Pico(usage.Input, 1) + Pico(usage.CacheRead, 1) + Pico(usage.CacheWrite, 1) + Pico(usage.CacheWriteHour, 1)
            + Pico(usage.AudioInput, 1);
        TokenRates rates = Rates;
        for (int i = 0; i < Tiers.Count && input > Tiers[i].AboveInputTokens; i++)
            rates = Tiers[i].Rates;
        return rates;
    }

    private static long DearestInput(in TokenRates rates, bool sound) => Math.Max(
        Math.Max(rates.Input, sound ? rates.AudioInput : 0),
        Math.Max(rates.CacheRead, Math.Max(rates.CacheWrite, rates.CacheWriteHour)));

    private static long DearestOutput(in TokenRates rates, bool sound) =>
        Math.Max(Math.Max(rates.Output, rates.Reasoning), sound ? rates.AudioOutput : 0);

    // Counts come from providers: one below nothing must not give money back.
    private static Int128 Pico(long count, long rate) => (Int128)Math.Max(count, 0) * rate;

    private static long Sum(long nano, Int128 pico)
    {
        Int128 sum = nano + ((pico + (PicoPerNano - 1)) / PicoPerNano);
        return sum < CostMax ? (long)sum : CostMax;
    }
}

/// <summary>Rates of a model for exchanges with much input.</summary>
/// <param name="AboveInputTokens">They hold when the input has more tokens than this, for the whole exchange.</param>
/// <param name="Rates">The rates.</param>
public sealed record PriceTier(long AboveInputTokens, TokenRates Rates);

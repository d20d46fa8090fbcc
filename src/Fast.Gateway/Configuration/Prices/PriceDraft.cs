using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Fast.Proxy.Accounting.Prices;

namespace Fast.Gateway.Configuration.Prices;

/// <summary>A price while its members are read, in the words that all price lists here are written in.</summary>
internal sealed class PriceDraft
{
    /// <summary>Most USD for a million tokens or characters. What costs more is a slip of the decimal point.</summary>
    public const decimal UsdPerMillionMax = 10_000;

    /// <summary>Most USD for one picture, one second or one request.</summary>
    public const decimal UsdEachMax = 100;

    private const decimal Million = 1_000_000;
    private const decimal NanoPerUsd = 1_000_000_000;

    private static readonly string[] s_each = ["image", "second", "request"];

    // Pico-dollars for a token or a character, nano-dollars for everything else.
    private readonly Dictionary<string, long> _amounts = new(StringComparer.Ordinal);

    /// <summary>Members that are USD for a million tokens.</summary>
    public static IReadOnlyList<string> Rates { get; } =
        ["input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning", "audio_input", "audio_output"];

    /// <summary>Members that are USD for something else: a million characters, one picture, one second, one request.</summary>
    public static IReadOnlyList<string> Pieces { get; } = ["character", .. s_each];

    /// <summary>How kinds of models are spelled, in the order of <see cref="ModelKind"/>.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["text", "embedding", "image", "speech", "transcription", "other"];

    /// <summary>What the model makes.</summary>
    public ModelKind Kind { get; set; }

    /// <summary>Most input tokens; 0 when that is not known.</summary>
    public int Context { get; set; }

    /// <summary>Most output tokens; 0 when that is not known.</summary>
    public int OutputMax { get; set; }

    /// <summary>Whether the model may think before it answers.</summary>
    public bool Reasons { get; set; }

    /// <summary>Rates for more input than so many tokens.</summary>
    public SortedDictionary<long, PriceDraft> Above { get; } = [];

    /// <summary>The price of answers served later; null when there is none.</summary>
    public PriceDraft? Flex { get; set; }

    /// <summary>The price of answers served first; null when there is none.</summary>
    public PriceDraft? Priority { get; set; }

    /// <summary>Whether a member was set.</summary>
    public bool Has(string member) => _amounts.ContainsKey(member);

    /// <summary>Sets one of <see cref="Rates"/> or <see cref="Pieces"/>.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="usd">USD for its unit.</param>
    /// <returns>What is wrong with the amount; null when nothing is, and only then it is set.</returns>
    public string? Set(string member, decimal usd)
    {
        bool each = s_each.Contains(member);
        if (usd < 0 || (each ? usd > UsdEachMax : usd > UsdPerMillionMax))
            return each ? $"must be between 0 and {UsdEachMax} USD" : $"must be between 0 and {UsdPerMillionMax} USD per million";

        decimal units = usd * (each ? NanoPerUsd : Million);
        if (units != decimal.Truncate(units))
            return $"is finer than Fast counts: {(each ? "nine" : "six")} digits after the point are the most";

        _amounts[member] = (long)units;
        return null;
    }

    /// <summary>Whether a member is the same as another draft's.</summary>
    public bool Agrees(PriceDraft other, string member) => Has(member) && Amount(member) == other.Amount(member, -1);

    /// <summary>Takes a member that was not set from another draft, if it was set there.</summary>
    public void TakeMissing(PriceDraft other, string member)
    {
        if (other._amounts.TryGetValue(member, out long amount))
            _amounts.TryAdd(member, amount);
    }

    /// <summary>Makes the price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="missing">What is missing, in words; empty when there is a price.</param>
    public bool TryBuild([NotNullWhen(true)] out ModelPrice? price, out string missing)
    {
        price = null;
        missing = Missing();
        if (missing.Length > 0)
            return false;

        price = Build(this) with { Flex = Flex is null ? null : Build(Flex), Priority = Priority is null ? null : Build(Priority) };
        return true;
    }

    private string Missing()
    {
        // Half a price would serve the other half for free.
        if (!IsWhole && (Has("input") || Has("output") || !Pieces.Any(Has)))
            return $"needs `input` and `output`, or one of {string.Join(", ", Pieces.Select(piece => $"`{piece}`"))}";
        if (Above.Values.Any(tier => !tier.IsWhole))
            return "needs `input` and `output` in every entry of `above`";
        if (Flex is { IsWhole: false } || Priority is { IsWhole: false })
            return "needs `input` and `output` in `flex` and in `priority`";
        return new[] { Flex, Priority }.Any(service => service?.Above.Values.Any(tier => !tier.IsWhole) ?? false)
            ? "needs `input` and `output` in every entry of `above`" : "";
    }

    private bool IsWhole => Has("input") && Has("output");

    private ModelPrice Build(PriceDraft rated) => new()
    {
        Kind = Kind,
        Rates = rated.TokenRates(),
        Tiers = [.. rated.Above.Select(tier => new PriceTier(tier.Key, tier.Value.TokenRates()))],
        PerRequest = Amount("request"),
        PerImage = Amount("image"),
        PerCharacter = Amount("character"),
        PerSecond = Amount("second"),
        InputTokensMax = Context,
        OutputTokensMax = OutputMax,
        Reasons = Reasons,
    };

    // What has no price of its own is billed as what it is a kind of.
    private TokenRates TokenRates()
    {
        long input = Amount("input");
        long output = Amount("output");
        long cacheWrite = Amount("cache_write", input);
        return new TokenRates
        {
            Input = input,
            CacheRead = Amount("cache_read", input),
            CacheWrite = cacheWrite,
            CacheWriteHour = Amount("cache_write_1h", cacheWrite),
            AudioInput = Amount("audio_input", input),
            Output = output,
            Reasoning = Amount("reasoning", output),
            AudioOutput = Amount("audio_output", output),
        };
    }

    private long Amount(string member, long unset = 0) => _amounts.GetValueOrDefault(member, unset);
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Fast.Gateway.Configuration.Prices;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Providers;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Prices;

public sealed class BuiltInPricesTests
{
    private static readonly IReadOnlyList<PriceEntry> s_entries = BuiltInPrices.Load();

    [Fact]
    public void There_are_prices_for_the_models_that_people_use()
    {
        Assert.True(s_entries.Count >= 450, $"{s_entries.Count} models");
        string[] providers = [.. s_entries.Select(entry => Provider(entry)).Distinct()];
        // Vertex has no row of its own yet: it is configured with a base URL, under this name.
        Assert.Equal(["vertex"], providers.Except(ProviderTable.Rows.Select(row => row.Name)));
        Assert.Superset(
            new HashSet<string> { "openai", "anthropic", "gemini", "mistral", "deepseek", "xai", "groq", "together", "fireworks", "cohere", "bedrock", "azure", "perplexity", "openrouter" },
            providers.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void The_list_is_sorted()
    {
        Assert.Equal(s_entries.Select(Provider).Distinct().Order(StringComparer.Ordinal), s_entries.Select(Provider).Distinct());
        foreach (IGrouping<string, PriceEntry> provider in s_entries.GroupBy(Provider))
            Assert.Equal(provider.Select(entry => entry.Name).Order(StringComparer.Ordinal), provider.Select(entry => entry.Name));
    }

    [Fact]
    public void Every_price_is_sane() => Assert.All(s_entries, entry =>
    {
        ModelPrice price = entry.Price;
        TokenRates rates = price.Rates;
        bool pieces = price.PerImage + price.PerCharacter + price.PerSecond > 0;
        Assert.True(pieces || rates.Input > 0 || Free(entry), "is free");
        Assert.True(pieces || price.Kind is not ModelKind.Text || rates.Output > 0 || Free(entry), "gives text for nothing");
        Assert.InRange(rates.Output, 0, 1_000_000_000);
        Assert.InRange(rates.CacheRead, 0, rates.Input);
        Assert.InRange(rates.CacheWrite, rates.Input, 2 * rates.Input);
        Assert.InRange(rates.CacheWriteHour, rates.CacheWrite, 2 * rates.Input);
        Assert.InRange(rates.Reasoning, 0, rates.Output);
        Assert.True(price.Kind is not ModelKind.Image || pieces || rates.Output > rates.Input);
        foreach (PriceTier tier in price.Tiers)
        {
            Assert.True(tier.Rates.Input > rates.Input && tier.Rates.Output > rates.Output, "is cheaper above");
            Assert.InRange(tier.AboveInputTokens, 100_000, price.InputTokensMax - 1);
        }
    });

    [Fact]
    public void Priority_is_never_cheaper_than_plain_and_flex_never_dearer() => Assert.All(
        s_entries.Where(entry => entry.Price.Priority is not null || entry.Price.Flex is not null),
        entry =>
        {
            foreach ((long input, bool sound) in new[] { (1L, false), (1L, true), (1_000_000L, false), (1_000_000L, true) })
            {
                long plain = entry.Price.Bound(input, 1_000, sound);
                Assert.True((entry.Price.Priority?.Bound(input, 1_000, sound) ?? plain) >= plain);
                Assert.True((entry.Price.Flex?.Bound(input, 1_000, sound) ?? plain) <= plain);
            }
        });

    // USD per million tokens, as the providers publish them.
    [Theory]
    [InlineData("openai", "gpt-5-mini", 0.25, 0.025, 2)]
    [InlineData("openai", "gpt-5.4", 2.5, 0.25, 15)]
    [InlineData("openai", "gpt-4o-2024-08-06", 2.5, 1.25, 10)]
    [InlineData("openai", "gpt-4o-2024-05-13", 5, 5, 15)]
    [InlineData("openai", "gpt-4.1-nano", 0.1, 0.025, 0.4)]
    [InlineData("openai", "o4-mini-2025-04-16", 1.1, 0.275, 4.4)]
    [InlineData("openai", "ft:gpt-4.1-mini-2025-04-14:acme::id", 0.8, 0.2, 3.2)]
    [InlineData("anthropic", "claude-opus-4-5-20251101", 5, 0.5, 25)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 3, 0.3, 15)]
    [InlineData("anthropic", "claude-haiku-4-5", 1, 0.1, 5)]
    [InlineData("gemini", "models/gemini-2.5-flash", 0.3, 0.03, 2.5)]
    [InlineData("gemini", "gemini-2.5-pro", 1.25, 0.125, 10)]
    [InlineData("vertex", "google/gemini-2.5-pro", 1.25, 0.125, 10)]
    [InlineData("deepseek", "deepseek-chat", 0.28, 0.028, 0.42)]
    [InlineData("groq", "openai/gpt-oss-120b", 0.15, 0.075, 0.6)]
    [InlineData("mistral", "mistral-large-2512", 0.5, 0.5, 1.5)]
    [InlineData("xai", "grok-code-fast-1", 0.2, 0.02, 1.5)]
    [InlineData("cohere", "command-a-03-2025", 2.5, 2.5, 10)]
    [InlineData("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3, 0.3, 15)]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 0.33, 16.5)]
    [InlineData("bedrock", "us.amazon.nova-pro-v1:0", 0.8, 0.8, 3.2)]
    [InlineData("bedrock", "eu.amazon.nova-pro-v1:0", 1.05, 1.05, 4.2)]
    [InlineData("azure", "gpt-5-mini-2025-08-07", 0.25, 0.025, 2)]
    [InlineData("fireworks", "accounts/fireworks/models/deepseek-v3p2", 0.56, 0.56, 1.68)]
    [InlineData("openrouter", "anthropic/claude-sonnet-4.5", 3, 0.3, 15)]
    public void Known_models_cost_what_is_published(string provider, string model, double input, double cached, double output)
    {
        TokenRates rates = BuiltInPrices.Table.Find(provider, model)!.Rates;
        Assert.Equal((Pico(input), Pico(cached), Pico(output)), (rates.Input, rates.CacheRead, rates.Output));
    }

    [Fact]
    public void What_is_special_about_a_model_is_known()
    {
        ModelPrice mini = Find("openai", "gpt-5-mini");
        Assert.Equal((128_000, true, ModelKind.Text), (mini.OutputTokensMax, mini.Reasons, mini.Kind));
        Assert.Equal((125_000, 450_000), (mini.Flex!.Rates.Input, mini.Priority!.Rates.Input));

        ModelPrice sonnet = Find("anthropic", "claude-sonnet-4-5");
        Assert.Equal((3_750_000, 6_000_000), (sonnet.Rates.CacheWrite, sonnet.Rates.CacheWriteHour));
        Assert.Equal((200_000, 6_000_000, 22_500_000), Tier(Assert.Single(sonnet.Tiers)));
        Assert.Equal((200_000, 2_500_000, 15_000_000), Tier(Assert.Single(Find("gemini", "gemini-2.5-pro").Tiers)));
        Assert.Equal((272_000, 5_000_000, 22_500_000), Tier(Assert.Single(Find("openai", "gpt-5.4").Tiers)));

        Assert.Equal((40_000_000, 80_000_000), Sound(Find("openai", "gpt-4o-audio-preview")));
        Assert.Equal((1_000_000, 2_500_000), Sound(Find("gemini", "gemini-2.5-flash")));
        Assert.Equal((15_000_000, ModelKind.Speech), (Find("openai", "tts-1").PerCharacter, Find("openai", "tts-1").Kind));
        Assert.Equal((100_000, ModelKind.Transcription), (Find("openai", "whisper-1").PerSecond, Find("openai", "whisper-1").Kind));
        Assert.Equal((40_000_000, ModelKind.Image), (Find("gemini", "imagen-4.0-generate-001").PerImage, Find("openai", "gpt-image-1").Kind));
        Assert.Equal((20_000, 0, ModelKind.Embedding), Embedding(Find("openai", "text-embedding-3-small")));
        Assert.Equal(14_000_000, Find("perplexity", "sonar-pro").PerRequest);

        static (long, long, long) Tier(PriceTier tier) => (tier.AboveInputTokens, tier.Rates.Input, tier.Rates.Output);
        static (long, long) Sound(ModelPrice price) => (price.Rates.AudioInput, price.Rates.AudioOutput);
        static (long, long, ModelKind) Embedding(ModelPrice price) => (price.Rates.Input, price.Rates.Output, price.Kind);
    }

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("openrouter", "z-ai/glm-5:free")]
    [InlineData("local", "gpt-5-mini")]
    [InlineData("ollama", "llama3")]
    public void Nothing_is_known_of_others(string provider, string model) => Assert.Null(BuiltInPrices.Table.Find(provider, model));

    [Theory]
    [InlineData("""{ "p": { "m": { "input": 1, "output": 2, "inptu": 1 } } }""")]
    [InlineData("""{ "p": { "m": { "input": 1 } } }""")]
    [InlineData("""{ "p": { "m": { "input": -1, "output": 1 } } }""")]
    [InlineData("""{ "p": { "m": { "input": 0.0000001, "output": 1 } } }""")]
    [InlineData("""{ "p": { "m": { "input": 1, "output": 1, "kind": "chat" } } }""")]
    [InlineData("""{ "p": { "m": { "input": 1, "output": 1 }, "m": { "input": 1, "output": 1 } } }""")]
    public void A_damaged_list_is_not_loaded(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Throws<InvalidDataException>(() => BuiltInPrices.Read(document.RootElement));
    }

    private static ModelPrice Find(string provider, string model) => BuiltInPrices.Table.Find(provider, model)!;

    private static string Provider(PriceEntry entry) => entry.Name[..entry.Name.IndexOf('/', StringComparison.Ordinal)];

    // Given away by their providers, which is something else than a price that nobody knows.
    private static bool Free(PriceEntry entry) => entry.Name
        is "openai/omni-moderation-latest" or "together/meta-llama/Llama-3.3-70B-Instruct-Turbo-Free" or "zai/glm-4.5-flash";

    private static long Pico(double usdPerMillion) => (long)((decimal)usdPerMillion * 1_000_000);
}

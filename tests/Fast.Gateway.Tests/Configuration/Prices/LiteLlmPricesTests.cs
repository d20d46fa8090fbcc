using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Prices;
using Fast.Proxy.Accounting.Prices;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Prices;

/// <summary>Every entry here is made up; the members are LiteLLM's.</summary>
public sealed class LiteLlmPricesTests
{
    [Fact]
    public void Prices_for_tokens_become_pico_dollars_without_the_noise_of_floats()
    {
        ModelPrice price = One("""
            "m-1": { "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-07, "output_cost_per_token": 1.9999999999999998e-06,
              "cache_read_input_token_cost": 1.3000000000000001e-10, "cache_creation_input_token_cost": 3.125e-07,
              "cache_creation_input_token_cost_above_1hr": 5e-07, "output_cost_per_reasoning_token": 0.000003, "input_cost_per_audio_token": 1e-05,
              "output_cost_per_audio_token": 2e-05, "max_input_tokens": 2000000.0, "max_output_tokens": 128000, "supports_reasoning": true,
              "input_cost_per_request": 0.005, "supports_vision": true, "search_context_cost_per_query": { "x": [1] } }
            """);
        Assert.Equal(
            new TokenRates
            {
                Input = 250_000, Output = 2_000_000, CacheRead = 130, CacheWrite = 312_500, CacheWriteHour = 500_000, Reasoning = 3_000_000,
                AudioInput = 10_000_000, AudioOutput = 20_000_000,
            },
            price.Rates);
        Assert.Equal((2_000_000, 128_000, true, 5_000_000), (price.InputTokensMax, price.OutputTokensMax, price.Reasons, price.PerRequest));
        Assert.Empty(price.Tiers);
        Assert.Null(price.Flex);
        Assert.Null(price.Priority);
    }

    [Fact]
    public void Long_input_and_services_are_read()
    {
        ModelPrice price = One("""
            "m-1": { "litellm_provider": "openai", "mode": "responses", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
              "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 6e-06,
              "input_cost_per_token_above_128k_tokens": 3e-06, "output_cost_per_token_above_128k_tokens": 4e-06,
              "cache_read_input_token_cost_above_128k_tokens": 1e-06,
              "input_cost_per_token_flex": 5e-07, "output_cost_per_token_flex": 1e-06,
              "input_cost_per_token_priority": 2e-06, "output_cost_per_token_priority": 4e-06, "cache_read_input_token_cost_priority": 1e-06,
              "input_cost_per_token_above_272k_tokens_priority": 1e-05, "output_cost_per_token_above_272k_tokens_priority": 1.2e-05 }
            """);
        Assert.Equal([(128_000, 3_000_000, 1_000_000, 4_000_000), (272_000, 5_000_000, 5_000_000, 6_000_000)], price.Tiers.Select(Tier));
        Assert.Equal(500_000, price.Flex!.Rates.Input);
        Assert.Equal(price.Tiers, price.Flex.Tiers);
        Assert.Equal((2_000_000, 1_000_000), (price.Priority!.Rates.Input, price.Priority.Rates.CacheRead));
        Assert.Equal([(128_000, 3_000_000, 1_000_000, 4_000_000), (272_000, 10_000_000, 10_000_000, 12_000_000)], price.Priority.Tiers.Select(Tier));

        static (long, long, long, long) Tier(PriceTier tier) => (tier.AboveInputTokens, tier.Rates.Input, tier.Rates.CacheRead, tier.Rates.Output);
    }

    [Fact]
    public void Pieces_are_read_where_the_model_is_billed_by_them()
    {
        Dictionary<string, ModelPrice> prices = Good("""
            "say": { "litellm_provider": "openai", "mode": "audio_speech", "input_cost_per_character": 1.5e-05 },
            "hear": { "litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001 },
            "hear-tokens": { "litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_second": 1 },
            "draw": { "litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04 },
            "draw-old": { "litellm_provider": "openai", "mode": "image_generation", "input_cost_per_image": 0.02 },
            "draw-tokens": { "litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 5e-06, "input_cost_per_image_token": 1e-05, "output_cost_per_image_token": 4e-05, "output_cost_per_image": 9 },
            "embed": { "litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 2e-08, "output_cost_per_token": null, "max_input_tokens": 8191 }
            """);
        Assert.Equal((ModelKind.Speech, 15_000_000), (prices["openai/say"].Kind, prices["openai/say"].PerCharacter));
        Assert.Equal((ModelKind.Transcription, 100_000), (prices["openai/hear"].Kind, prices["openai/hear"].PerSecond));
        Assert.Equal((1_000_000, 0), (prices["openai/hear-tokens"].Rates.Input, prices["openai/hear-tokens"].PerSecond));
        Assert.Equal((ModelKind.Image, 40_000_000), (prices["openai/draw"].Kind, prices["openai/draw"].PerImage));
        Assert.Equal(20_000_000, prices["openai/draw-old"].PerImage);
        Assert.Equal((10_000_000, 40_000_000), (prices["openai/draw-tokens"].Rates.Input, prices["openai/draw-tokens"].Rates.Output));
        Assert.Equal(0, prices["openai/draw-tokens"].PerImage);
        Assert.Equal((ModelKind.Embedding, 20_000, 0, 8191), Embedding(prices["openai/embed"]));

        static (ModelKind, long, long, int) Embedding(ModelPrice price) => (price.Kind, price.Rates.Input, price.Rates.Output, price.InputTokensMax);
    }

    [Theory]
    [InlineData("gpt-x", "openai", "openai/gpt-x")]
    [InlineData("openai/gpt-x", "openai", "openai/gpt-x")]
    [InlineData("ft:gpt-x", "openai", "openai/ft:gpt-x")]
    [InlineData("together_ai/meta-llama/L", "together_ai", "together/meta-llama/L")]
    [InlineData("fireworks_ai/accounts/fireworks/models/k", "fireworks_ai", "fireworks/accounts/fireworks/models/k")]
    [InlineData("gemini-x", "vertex_ai-language-models", "vertex/gemini-x")]
    [InlineData("vertex_ai/claude-x@20250101", "vertex_ai-anthropic_models", "vertex/claude-x@20250101")]
    [InlineData("us.anthropic.claude-x", "bedrock_converse", "bedrock/us.anthropic.claude-x")]
    [InlineData("bedrock/us-east-1/claude-x", "bedrock", "bedrock/us-east-1/claude-x")]
    [InlineData("azure_ai/grok-x", "azure_ai", "azure/grok-x")]
    [InlineData("command-x", "cohere_chat", "cohere/command-x")]
    [InlineData("dashscope/qwen-x", "dashscope", "qwen/qwen-x")]
    [InlineData("openrouter/openai/gpt-x", "openrouter", "openrouter/openai/gpt-x")]
    [InlineData("groq/openai/gpt-oss", "groq", "groq/openai/gpt-oss")]
    [InlineData("meta/llama", "somebody", "somebody/meta/llama")]
    public void A_key_becomes_a_name_here(string key, string provider, string name) =>
        Assert.Equal(name, Assert.Single(Good($$"""
            "{{key}}": { "litellm_provider": "{{provider}}", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }
            """)).Key);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_two_keys_for_one_model_the_one_with_its_own_provider_holds(bool reversed)
    {
        string[] entries =
        [
            """ "m": { "litellm_provider": "azure", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } """,
            """ "azure_ai/m": { "litellm_provider": "azure_ai", "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-06 } """,
            """ "azure/m": { "litellm_provider": "azure", "input_cost_per_token": 3e-06, "output_cost_per_token": 1e-06 } """,
        ];
        if (reversed)
            Array.Reverse(entries);
        Assert.Equal(3_000_000, Assert.Single(Good(string.Join(',', entries))).Value.Rates.Input);
    }

    [Theory]
    [InlineData("""{ "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 0.0 }""")]
    [InlineData("""{ "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06 }""")]
    [InlineData("""{ "litellm_provider": "openai", "mode": "chat", "output_cost_per_token": 1e-06 }""")]
    [InlineData("""{ "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 5 }""")]
    [InlineData("""{ "litellm_provider": "openai", "mode": "video_generation", "output_cost_per_second": 0.1 }""")]
    [InlineData("""{ "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06, "input_cost_per_token_above_200k_tokens": 2e-06 }""")]
    [InlineData("""{ "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }""")]
    public void Half_a_price_is_none(string entry) => Assert.Empty(Good($"\"m\": {entry}"));

    [Fact]
    public void An_hour_in_anthropics_cache_costs_twice_the_input_where_the_list_leaves_it_out()
    {
        TokenRates rates = One("""
            "claude-x": { "litellm_provider": "anthropic", "mode": "chat", "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "cache_creation_input_token_cost": 3.75e-06 }
            """).Rates;
        Assert.Equal((3_750_000, 6_000_000), (rates.CacheWrite, rates.CacheWriteHour));
    }

    [Theory]
    [InlineData("[]", " is not a price list: one object of at most 50000 models")]
    [InlineData("{ \"a\":\n", " is not JSON: it breaks at line 2")]
    [InlineData("", " is not JSON: it breaks at line 1")]
    [InlineData("{ \"\\ud800\": {} }", " is not JSON: a text in it is not Unicode")]
    [InlineData("{ \"a\": { \"litellm_provider\": \"\\udfff\" } }", " is not JSON: a text in it is not Unicode")]
    public void What_is_not_a_list_is_a_problem(string json, string problem)
    {
        (IReadOnlyList<PriceEntry> entries, string[] problems) = PriceTexts.Import(Encoding.UTF8.GetBytes(json));
        Assert.Equal(problem, Assert.Single(problems));
        Assert.Empty(entries);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("-1e-06")]
    [InlineData("0.02")]
    [InlineData("1e27")]
    [InlineData("1e400")]
    public void An_absurd_price_is_left_out_with_a_notice_and_the_others_are_read(string amount)
    {
        (IReadOnlyList<PriceEntry> entries, string[] notices) = PriceTexts.Import(Encoding.UTF8.GetBytes(
            $$"""
            { "bad": { "litellm_provider": "x", "input_cost_per_token": {{amount}}, "output_cost_per_token": 1e-06 }, "odd": 5, "odd-2": { "litellm_provider": 5 },
              "good": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } }
            """));
        Assert.Equal("x/good", Assert.Single(entries).Name);
        Assert.Equal("`list.json`: left out for prices that cannot be meant (1): `bad`", Assert.Single(notices));
    }

    [Fact]
    public void A_cache_without_a_price_is_billed_as_input() => Assert.Equal(
        new TokenRates { Input = 1_000_000, CacheRead = 1_000_000, CacheWrite = 1_000_000, CacheWriteHour = 1_000_000, AudioInput = 1_000_000 },
        One("""
            "m": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 0, "cache_read_input_token_cost": 0, "cache_creation_input_token_cost": 0.0 }
            """).Rates);

    [Fact]
    public void A_model_that_always_searches_costs_its_dearest_search() => Assert.Equal(14_000_000, One("""
        "perplexity/s": { "litellm_provider": "perplexity", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
          "search_context_cost_per_query": { "search_context_size_high": 0.014, "search_context_size_low": 0.006, "x": "y" } }
        """).PerRequest);

    [Fact]
    public void A_list_that_is_too_long_is_refused()
    {
        Assert.Equal([" cannot be read: it is longer than 16MiB"], PriceTexts.Import(new byte[LiteLlmPrices.FileBytesMax + 1]).Problems);

        string many = string.Join(',', Enumerable.Range(0, LiteLlmPrices.EntriesMax + 1).Select(i => $"\"{i}\":{{}}"));
        Assert.StartsWith(" is not a price list", Assert.Single(PriceTexts.Import(Encoding.UTF8.GetBytes($"{{{many}}}")).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_and_a_byte_order_mark_are_passed_over() => Assert.Empty(PriceTexts.Import(Encoding.UTF8.GetBytes(
        "\uFEFF{ \"sample_spec\": { \"litellm_provider\": \"x\", \"input_cost_per_token\": \"words\" } }")).Problems);

    private static Dictionary<string, ModelPrice> Good(string entries)
    {
        (IReadOnlyList<PriceEntry> read, string[] problems) = PriceTexts.Import(Encoding.UTF8.GetBytes($"{{{entries}}}"));
        Assert.Empty(problems);
        return read.ToDictionary(entry => entry.Name, entry => entry.Price, StringComparer.Ordinal);
    }

    private static ModelPrice One(string entry) => Assert.Single(Good(entry)).Value;
}

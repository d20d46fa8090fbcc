using System.Linq;
using Fast.Proxy.Accounting.Prices;
using Xunit;

namespace Fast.Proxy.Tests.Accounting.Prices;

public sealed class PriceTableTests
{
    [Theory]
    [InlineData("openai", "gpt-5-mini", 1)]
    [InlineData("openai", "gpt-5-mini-2025-08-07", 1)]
    [InlineData("openai", "gpt-5-mini-2025-09-09", 2)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 3)]
    [InlineData("vertex", "claude-sonnet-4-5@20250929", 4)]
    [InlineData("vertex", "publishers/anthropic/models/claude-sonnet-4-5@20250929", 4)]
    [InlineData("vertex", "google/gemini-2.5-pro", 5)]
    [InlineData("gemini", "models/gemini-2.5-pro", 6)]
    [InlineData("fireworks", "accounts/fireworks/models/kimi-k2p5", 7)]
    [InlineData("bedrock", "us.anthropic.claude-x-v1:0", 9)]
    [InlineData("bedrock", "eu.anthropic.claude-x-v1:0", 8)]
    [InlineData("bedrock", "global.anthropic.claude-x-v1:0", 8)]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-x-v1:0", 9)]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-x-v1:0", 8)]
    [InlineData("openai", "ft:gpt-4o-2024-08-06:my-org:suffix:id", 10)]
    [InlineData("openrouter", "z-ai/glm-5", 11)]
    public void A_name_is_found_with_what_its_provider_puts_around_it(string provider, string model, int price) =>
        Assert.Equal(price, Rate(Table().Find(provider, model)));

    [Theory]
    [InlineData("openai", "gpt-5")]
    [InlineData("openai", "gpt-5-mini-preview")]
    [InlineData("openai", "gpt-5-mini-2025-13-01")]
    [InlineData("openai", "gpt-5-mini-12345678")]
    [InlineData("openai", "gpt-5-mini-19991231")]
    [InlineData("openai", "gpt-5-mini-0709")]
    [InlineData("openai", "gpt-5-mini@001")]
    [InlineData("openai", "GPT-5-mini")]
    [InlineData("openai", "-2025-08-07")]
    [InlineData("openai", "")]
    [InlineData("openrouter", "z-ai/glm-5:free")]
    [InlineData("azure", "gpt-5-mini")]
    [InlineData("openai", "models/gpt-5-mini")]
    [InlineData("openai", "ft:gpt-4o-2024-05-13:my-org:suffix:id")]
    [InlineData("gemini", "models/")]
    [InlineData("bedrock", "ap.anthropic.claude-x-v1:0")]
    [InlineData("bedrock", "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/anthropic.claude-x-v1:0")]
    [InlineData("openrouter", "openai/gpt-5-mini")]
    public void Nothing_else_is_taken_for_a_model_it_resembles(string provider, string model) =>
        Assert.Null(Table().Find(provider, model));

    [Fact]
    public void An_upper_list_goes_before_a_lower_one_and_a_whole_name_before_the_model_alone()
    {
        PriceTable table = new([Entry("gpt-5-mini", 20), Entry("azure/gpt-5-mini", 21), Entry("claude-sonnet-4-5", 22)], Table());
        Assert.Equal(20, Rate(table.Find("openai", "gpt-5-mini")));
        Assert.Equal(21, Rate(table.Find("azure", "gpt-5-mini")));
        Assert.Equal(20, Rate(table.Find("anything", "gpt-5-mini")));
        // What the file says of a model holds for its dated versions too, even where the list below names one of them.
        Assert.Equal(20, Rate(table.Find("openai", "gpt-5-mini-2025-09-09")));
        Assert.Equal(22, Rate(table.Find("anthropic", "claude-sonnet-4-5-20250929")));
        Assert.Equal(7, Rate(table.Find("fireworks", "kimi-k2p5")));
    }

    [Fact]
    public void A_pattern_prices_what_has_no_other_price()
    {
        PriceTable table = new(
            [Entry("*", 30), Entry("gpt-*", 31), Entry("gpt-5*", 32), Entry("openai/*", 33), Entry("openai/gpt-*", 34), Entry("local/*", 35)], Table());
        Assert.Equal(1, Rate(table.Find("openai", "gpt-5-mini")));
        Assert.Equal(34, Rate(table.Find("openai", "gpt-5-max")));
        Assert.Equal(33, Rate(table.Find("openai", "o9")));
        Assert.Equal(32, Rate(table.Find("azure", "gpt-5-max")));
        Assert.Equal(31, Rate(table.Find("azure", "gpt-4")));
        Assert.Equal(35, Rate(table.Find("local", "meta/llama")));
        Assert.Equal(30, Rate(table.Find("other", "meta/llama")));
        Assert.Equal(30, Rate(new PriceTable([], table).Find("other", "x")));
        Assert.Equal(40, Rate(new PriceTable([Entry("*", 40)], table).Find("local", "x")));
    }

    [Fact]
    public void Of_two_entries_with_one_name_the_later_holds() =>
        Assert.Equal(2, Rate(new PriceTable([Entry("a/b", 1), Entry("a/b", 2)]).Find("a", "b")));

    [Fact]
    public void A_price_leaves_what_it_does_not_say_of_its_model_to_the_table_below()
    {
        ModelPrice known = new() { Rates = default, InputTokensMax = 400_000, OutputTokensMax = 128_000, Reasons = true, Kind = ModelKind.Embedding };
        PriceTable below = new([new PriceEntry("openai/m", known with { Priority = known })]);
        PriceTable table = new([new PriceEntry("openai/m", new ModelPrice { Rates = default, OutputTokensMax = 1_000 })], below);
        Assert.Equal(
            new ModelPrice { Rates = default, InputTokensMax = 400_000, OutputTokensMax = 1_000, Reasons = true, Kind = ModelKind.Embedding },
            table.Find("openai", "m"));
    }

    [Fact]
    public void A_providers_models_are_listed_once_as_they_would_be_priced()
    {
        PriceTable table = new([Entry("openai/gpt-5-mini", 40), Entry("openai/a", 41), Entry("gpt-5-mini", 42), Entry("openai/*", 43)], Table());
        Assert.Equal(
            [("a", 41), ("ft:gpt-4o-2024-08-06", 10), ("gpt-5-mini", 40), ("gpt-5-mini-2025-09-09", 40)],
            table.Of("openai").Select(entry => (entry.Name, Rate(entry.Price))));
        Assert.Equal(["z-ai/glm-5"], table.Of("openrouter").Select(entry => entry.Name));
        Assert.Empty(table.Of("open"));
        Assert.Empty(table.Of(""));
    }

    [Fact]
    public void The_empty_table_knows_nothing()
    {
        Assert.Null(PriceTable.Empty.Find("openai", "gpt-5-mini"));
        Assert.Empty(PriceTable.Empty.Of("openai"));
    }

    private static PriceTable Table() => new(
    [
        Entry("openai/gpt-5-mini", 1), Entry("openai/gpt-5-mini-2025-09-09", 2), Entry("anthropic/claude-sonnet-4-5", 3),
        Entry("vertex/claude-sonnet-4-5", 4), Entry("vertex/gemini-2.5-pro", 5), Entry("gemini/gemini-2.5-pro", 6),
        Entry("fireworks/kimi-k2p5", 7), Entry("bedrock/anthropic.claude-x-v1:0", 8), Entry("bedrock/us.anthropic.claude-x-v1:0", 9),
        Entry("openai/ft:gpt-4o-2024-08-06", 10), Entry("openrouter/z-ai/glm-5", 11),
    ]);

    private static PriceEntry Entry(string name, int price) => new(name, new ModelPrice { Rates = new TokenRates { Input = price } });

    private static int Rate(ModelPrice? price) => (int)(price?.Rates.Input ?? -1);
}

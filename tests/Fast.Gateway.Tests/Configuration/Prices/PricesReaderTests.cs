using System;
using System.Linq;
using Fast.Gateway.Configuration.Prices;
using Fast.Proxy.Accounting.Prices;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Prices;

public sealed class PricesReaderTests
{
    [Fact]
    public void Amounts_are_read_to_the_pico_dollar()
    {
        ModelPrice price = PriceTexts.Price(
            "a/b: { input: 0.10, output: 0.400001, cache_read: .01, cache_write: 1, cache_write_1h: 2, reasoning: 3, audio_input: 4, audio_output: 5,"
            + " image: 0.04, character: 15, second: 0.000011111, request: 0.005, context: 1000, max_output: 100, reasons: true, kind: image }\n");
        Assert.Equal(
            new TokenRates
            {
                Input = 100_000, Output = 400_001, CacheRead = 10_000, CacheWrite = 1_000_000, CacheWriteHour = 2_000_000,
                Reasoning = 3_000_000, AudioInput = 4_000_000, AudioOutput = 5_000_000,
            },
            price.Rates);
        Assert.Equal((40_000_000, 15_000_000, 11_111, 5_000_000), (price.PerImage, price.PerCharacter, price.PerSecond, price.PerRequest));
        Assert.Equal((1000, 100, true, ModelKind.Image), (price.InputTokensMax, price.OutputTokensMax, price.Reasons, price.Kind));
    }

    [Fact]
    public void What_has_no_price_of_its_own_is_billed_as_what_it_is_a_kind_of()
    {
        TokenRates rates = PriceTexts.Price("m: { input: 1, output: 2 }\n").Rates;
        Assert.Equal((1_000_000, 1_000_000, 1_000_000, 1_000_000), (rates.CacheRead, rates.CacheWrite, rates.CacheWriteHour, rates.AudioInput));
        Assert.Equal((2_000_000, 2_000_000), (rates.Reasoning, rates.AudioOutput));
        Assert.Equal(3_000_000, PriceTexts.Price("m: { input: 1, output: 2, cache_write: 3 }\n").Rates.CacheWriteHour);
    }

    [Fact]
    public void Long_input_and_services_have_their_own_rates()
    {
        ModelPrice price = PriceTexts.Price(
            "m:\n  input: 1\n  output: 2\n  request: 0.001\n  context: 9\n  above:\n    - { tokens: 300, input: 5, output: 6 }\n"
            + "    - { tokens: 200, input: 3, output: 4, cache_read: 1 }\n"
            + "  flex: { input: 0.5, output: 1 }\n  priority: { input: 2, output: 4, above: [{ tokens: 200, input: 6, output: 8 }] }\n");
        Assert.Equal([200, 300], price.Tiers.Select(tier => tier.AboveInputTokens));
        Assert.Equal((3_000_000, 1_000_000, 5_000_000), (price.Tiers[0].Rates.Input, price.Tiers[0].Rates.CacheRead, price.Tiers[1].Rates.CacheRead));
        Assert.Equal((500_000, 1_000_000, 9), (price.Flex!.Rates.Input, price.Flex.PerRequest, price.Flex.InputTokensMax));
        Assert.Equal((2_000_000, 8_000_000), (price.Priority!.Rates.Input, Assert.Single(price.Priority.Tiers).Rates.Output));
    }

    [Fact]
    public void A_price_may_come_from_outside() => Assert.Equal(500_000, PriceTexts.Price("m: { input: env:PRICE, output: 0 }\n").Rates.Input);

    [Fact]
    public void An_entry_knows_its_place_and_stands_over_the_built_in_table()
    {
        PricesDocument document = PriceTexts.Good("\nopenai/gpt-5-mini: { input: 7, output: 8 }\nlocal/*: { input: 0, output: 0 }\n");
        Assert.Equal([(2, 1), (3, 1)], document.Entries.Select(entry => (entry.Line, entry.Column)));

        PriceTable table = document.OverBuiltIn();
        ModelPrice price = table.Find("openai", "gpt-5-mini-2025-08-07")!;
        Assert.Equal((7_000_000, 7_000_000, true), (price.Rates.Input, price.Rates.CacheRead, price.Reasons));
        Assert.True(price.OutputTokensMax > 0);
        Assert.Null(price.Priority);
        Assert.Equal(0, table.Find("local", "llama")!.Rates.Output);
        Assert.Same(BuiltInPrices.Table.Find("openai", "gpt-5"), table.Find("openai", "gpt-5"));
        Assert.Null(PricesDocument.Empty.OverBuiltIn().Find("local", "llama"));
    }

    [Theory]
    [InlineData("m: { input: 1, output: 2, inptu: 1 }", "1:27: unknown member `inptu` in the price of `m`; did you mean `input`?")]
    [InlineData("m: { input: -1, output: 2 }", "1:13: `input` is `-1`; it must be between 0 and 10000 USD per million")]
    [InlineData("m: { input: 1, output: 10000.01 }", "1:24: `output` is `10000.01`; it must be between 0 and 10000 USD per million")]
    [InlineData("m: { image: 101 }", "1:13: `image` is `101`; it must be between 0 and 100 USD")]
    [InlineData("m: { input: 0.0000001, output: 2 }", "1:13: `input` is `0.0000001`; it is finer than Fast counts: six digits after the point are the most")]
    [InlineData("m: { second: 0.0000000001 }", "1:14: `second` is `0.0000000001`; it is finer than Fast counts: nine digits after the point are the most")]
    [InlineData("m: { input: $1, output: 2 }", "1:13: `input`: `$1` is not an amount in USD; write it like `0.25`")]
    [InlineData("m: { input: 1e-3, output: 2 }", "1:13: `input`: `1e-3` is not an amount in USD; write it like `0.25`")]
    [InlineData("m: { input: , output: 2 }", "1:13: `input` has no value")]
    [InlineData("m: { input: 1 }", "1:1: the price of `m` needs `input` and `output`, or one of `character`, `image`, `second`, `request`")]
    [InlineData("m: {}", "1:1: the price of `m` needs `input` and `output`, or one of `character`, `image`, `second`, `request`")]
    [InlineData("m: { output: 1, request: 1 }", "1:1: the price of `m` needs `input` and `output`, or one of `character`, `image`, `second`, `request`")]
    [InlineData("m: 5", "1:4: the price of `m` takes members (`name: value`), not one value")]
    [InlineData("m: { input: 1, output: 2, above: 5 }", "1:34: `above` takes a list of `{ tokens: 200000, input: 2.50, output: 15 }`")]
    [InlineData("m: { input: 1, output: 2, above: [{ input: 1, output: 2 }] }", "1:35: an entry of `above` needs `tokens`, the input above which it holds")]
    [InlineData("m: { input: 1, output: 2, above: [{ tokens: 0, input: 1, output: 2 }] }", "1:45: `tokens` is `0`; it must be a whole number between 1 and 1000000000")]
    [InlineData("m: { input: 1, output: 2, above: [{ tokens: 5, input: 1 }] }", "1:1: the price of `m` needs `input` and `output` in every entry of `above`")]
    [InlineData("m: { input: 1, output: 2, above: [{ tokens: 5, input: 1, output: 1 }, { tokens: 5, input: 2, output: 1 }] }", "1:71: `above` holds two entries for 5 tokens")]
    [InlineData("m: { input: 1, output: 2, flex: { input: 1 } }", "1:1: the price of `m` needs `input` and `output` in `flex` and in `priority`")]
    [InlineData("m: { input: 1, output: 2, flex: { input: 1, output: 1, above: [{ tokens: 5, output: 1 }] } }", "1:1: the price of `m` needs `input` and `output` in every entry of `above`")]
    [InlineData("m: { input: 1, output: 2, priority: { input: 1, output: 1, request: 1 } }", "1:60: unknown member `request` in `priority`*")]
    [InlineData("m: { input: 1, output: 2, context: 0 }", "1:36: `context` is `0`; it must be a whole number between 1 and 1000000000")]
    [InlineData("m: { input: 1, output: 2, reasons: yes }", "1:36: `reasons` is `yes`; it must be `true` or `false`")]
    [InlineData("m: { input: 1, output: 2, kind: chat }", "1:33: `kind` is `chat`; it must be `text`, `embedding`, `image`, `speech`, `transcription` or `other`")]
    [InlineData("'a*b': { input: 1, output: 2 }", "1:1: `a*b`: `*` may stand only at the end of a pattern")]
    [InlineData("/m: { input: 1, output: 2 }", "1:1: a price stands under `provider/model` or a model's name, of at most 256 characters")]
    [InlineData("openai/: { input: 1, output: 2 }", "1:1: a price stands under `provider/model` or a model's name, of at most 256 characters")]
    [InlineData("'': { input: 1, output: 2 }", "1:1: a price stands under `provider/model` or a model's name, of at most 256 characters")]
    [InlineData("litellm_file: absent.json", "1:15: `absent.json` cannot be read: there is no such file")]
    [InlineData("litellm_file: { a: 1 }", "1:15: `litellm_file` takes one value, not a mapping")]
    public void A_wrong_price_is_one_problem_with_its_place(string yaml, string problem)
    {
        (PricesDocument document, string[] problems) = PriceTexts.Read(yaml + "\n");
        string only = Assert.Single(problems);
        if (problem.EndsWith('*'))
            Assert.StartsWith(problem[..^1], only, StringComparison.Ordinal);
        else
            Assert.Equal(problem, only);
        Assert.Empty(document.Imported);
    }

    [Fact]
    public void Every_problem_of_a_section_is_found_at_once()
    {
        (PricesDocument document, string[] problems) = PriceTexts.Read("a: { input: x, output: -1, image: 1000 }\nb: { input: 1, output: 1 }\nc: []\n");
        Assert.Equal(["1:13", "1:24", "1:35", "3:4"], problems.Select(problem => problem[..problem.IndexOf(": ", StringComparison.Ordinal)]));
        Assert.Equal("b", Assert.Single(document.Entries).Value.Name);
    }
}

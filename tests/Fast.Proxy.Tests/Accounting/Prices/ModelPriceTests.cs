using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Tests.Allocations;
using Xunit;

namespace Fast.Proxy.Tests.Accounting.Prices;

public sealed class ModelPriceTests
{
    // 3 USD per million in, 15 out, as of a long-context model; each kind with a price of its own.
    private static readonly TokenRates s_plain = new()
    {
        Input = 3_000_000, CacheRead = 300_000, CacheWrite = 3_750_000, CacheWriteHour = 6_000_000, AudioInput = 32_000_000,
        Output = 15_000_000, Reasoning = 16_000_000, AudioOutput = 64_000_000,
    };

    private static readonly TokenRates s_long = new()
    {
        Input = 6_000_000, CacheRead = 600_000, CacheWrite = 7_500_000, CacheWriteHour = 12_000_000, AudioInput = 6_000_000,
        Output = 22_500_000, Reasoning = 22_500_000, AudioOutput = 22_500_000,
    };

    private static readonly ModelPrice s_price = new() { Rates = s_plain, Tiers = [new PriceTier(200_000, s_long)] };

    [Fact]
    public void Each_kind_of_token_has_its_own_price()
    {
        Assert.Equal(3_000, s_price.Cost(new TokenUsage { Input = 1 }));
        Assert.Equal(300, s_price.Cost(new TokenUsage { CacheRead = 1 }));
        Assert.Equal(3_750, s_price.Cost(new TokenUsage { CacheWrite = 1 }));
        Assert.Equal(6_000, s_price.Cost(new TokenUsage { CacheWriteHour = 1 }));
        Assert.Equal(32_000, s_price.Cost(new TokenUsage { AudioInput = 1 }));
        Assert.Equal(15_000, s_price.Cost(new TokenUsage { Output = 1 }));
        Assert.Equal(16_000, s_price.Cost(new TokenUsage { Reasoning = 1 }));
        Assert.Equal(64_000, s_price.Cost(new TokenUsage { AudioOutput = 1 }));
    }

    [Fact]
    public void An_exchange_costs_the_sum_of_its_kinds()
    {
        TokenUsage usage = new() { Input = 1_234, CacheRead = 50_000, CacheWrite = 2_000, CacheWriteHour = 100, Output = 321, Reasoning = 1_000 };
        Assert.Equal(3_702_000 + 15_000_000 + 7_500_000 + 600_000 + 4_815_000 + 16_000_000, s_price.Cost(usage));
    }

    [Fact]
    public void A_sum_is_rounded_up_once()
    {
        // 25,000 pico-dollars are 25 nano-dollars; 0.0375 USD per million are 37.5 of them per thousand tokens.
        ModelPrice fine = new() { Rates = new TokenRates { Input = 37_500, CacheRead = 300, Output = 150_400 } };
        Assert.Equal(38, fine.Cost(new TokenUsage { Input = 1 }));
        Assert.Equal(75, fine.Cost(new TokenUsage { Input = 2 }));
        Assert.Equal(1, fine.Cost(new TokenUsage { CacheRead = 1 }));
        // 37.5 + 0.3 + 150.4 nano-dollars: each rounded up alone would make 190.
        Assert.Equal(189, fine.Cost(new TokenUsage { Input = 1, CacheRead = 1, Output = 1 }));
        Assert.Equal(0, fine.Cost(default));
    }

    [Fact]
    public void A_sum_is_exact_however_large_its_counts_and_rates_are()
    {
        Random random = new(3);
        int capped = 0;
        for (int round = 0; round < 20_000; round++)
        {
            // Around the sizes at which the sum is made in another way, and far beyond them.
            int countBits = random.Next(1, 34), rateBits = random.Next(1, 40);
            long[] counts = Numbers(random, countBits), rates = Numbers(random, rateBits);
            if (random.Next(8) == 0)
                counts[random.Next(counts.Length)] = -random.NextInt64(1, long.MaxValue);
            ModelPrice price = new()
            {
                PerRequest = random.Next(3) == 0 ? random.NextInt64(0, ModelPrice.CostMax) : random.Next(1000),
                PerImage = random.Next(1000),
                Rates = new TokenRates
                {
                    Input = rates[0], CacheRead = rates[1], CacheWrite = rates[2], CacheWriteHour = rates[3], AudioInput = rates[4],
                    Output = rates[5], Reasoning = rates[6], AudioOutput = rates[7],
                },
            };
            TokenUsage usage = new()
            {
                Input = counts[0], CacheRead = counts[1], CacheWrite = counts[2], CacheWriteHour = counts[3], AudioInput = counts[4],
                Output = counts[5], Reasoning = counts[6], AudioOutput = counts[7],
            };
            BilledPieces pieces = random.Next(4) == 0 ? new BilledPieces { Images = random.Next(5) } : default;
            BigInteger pico = 0;
            for (int kind = 0; kind < counts.Length; kind++)
                pico += (BigInteger)Math.Max(counts[kind], 0) * rates[kind];
            BigInteger expected = price.PerRequest + ((pico + 999) / 1000) + (pieces.Images * price.PerImage);
            capped += expected > ModelPrice.CostMax ? 1 : 0;
            Assert.Equal(BigInteger.Min(expected, ModelPrice.CostMax), price.Cost(usage, pieces));
            Assert.Equal(
                BigInteger.Min((((BigInteger)Math.Max(counts[0], 0) * rates[0]) + 999) / 1000, ModelPrice.CostMax),
                ModelPrice.Cost(counts[0], rates[0]));
        }

        Assert.InRange(capped, 1, 19_000);
    }

    [Fact]
    public void Long_input_changes_the_price_of_the_whole_exchange_above_the_threshold_and_not_at_it()
    {
        TokenUsage at = new() { Input = 150_000, CacheRead = 40_000, CacheWrite = 10_000, Output = 10 };
        Assert.Equal((150_000 * 3_000L) + (40_000 * 300L) + (10_000 * 3_750L) + (10 * 15_000L), s_price.Cost(at));

        TokenUsage above = at with { CacheRead = 40_001 };
        Assert.Equal((150_000 * 6_000L) + (40_001 * 600L) + (10_000 * 7_500L) + (10 * 22_500L), s_price.Cost(above));
        Assert.Equal(s_price.Cost(at with { Output = 500_000 }), s_price.Cost(at) + (499_990 * 15_000L));
    }

    [Fact]
    public void Of_several_tiers_the_highest_one_reached_holds()
    {
        ModelPrice price = new()
        {
            Rates = new TokenRates { Input = 1_000 },
            Tiers = [new PriceTier(10, new TokenRates { Input = 5_000 }), new PriceTier(20, new TokenRates { Input = 2_000 })],
        };
        Assert.Equal((10, 55, 100, 42), (Of(10), Of(11), Of(20), Of(21)));
        // The cheaper tier above does not lower the bound for those who may stay below it.
        Assert.Equal((1_000, 5_000, 5_000), (price.InputRateMax(10), price.InputRateMax(11), price.InputRateMax(1_000)));

        long Of(long tokens) => price.Cost(new TokenUsage { Input = tokens });
    }

    [Fact]
    public void Pieces_are_billed_beside_tokens()
    {
        ModelPrice price = new()
        {
            Rates = new TokenRates { Input = 1_500 }, PerRequest = 5_000_000, PerImage = 40_000_000, PerCharacter = 15_000_400, PerSecond = 100_000,
        };
        Assert.Equal(5_000_002, price.Cost(new TokenUsage { Input = 1 }));
        Assert.Equal(5_000_000 + 80_000_000, price.Cost(default, new BilledPieces { Images = 2 }));
        Assert.Equal(5_000_000 + 6_000_000, price.Cost(default, new BilledPieces { Seconds = 60 }));
        // 15,000.4 and 1.5 nano-dollars, rounded up together.
        Assert.Equal(5_000_000 + 15_002, price.Cost(new TokenUsage { Input = 1 }, new BilledPieces { Characters = 1 }));
    }

    [Fact]
    public void Absurd_counts_neither_overflow_nor_give_money_back()
    {
        TokenUsage most = new()
        {
            Input = long.MaxValue, CacheRead = long.MaxValue, CacheWrite = long.MaxValue, CacheWriteHour = long.MaxValue,
            AudioInput = long.MaxValue, Output = long.MaxValue, Reasoning = long.MaxValue, AudioOutput = long.MaxValue,
        };
        TokenRates dear = new() { Input = 10_000_000_000, Output = 10_000_000_000, AudioOutput = 10_000_000_000 };
        ModelPrice price = new() { Rates = dear, PerImage = 100_000_000_000, Tiers = [new PriceTier(1, dear)], PerRequest = 100_000_000_000 };
        Assert.Equal(ModelPrice.CostMax, price.Cost(most, new BilledPieces { Images = long.MaxValue, Seconds = long.MaxValue }));
        Assert.Equal(ModelPrice.CostMax, price.Bound(long.MaxValue, long.MaxValue, sound: true));
        Assert.Equal(ModelPrice.CostMax, ModelPrice.Cost(long.MaxValue, 10_000_000_000));
        Assert.True(ModelPrice.CostMax + ModelPrice.CostMax > 0);

        Assert.Equal(15_000, s_price.Cost(new TokenUsage { Input = -5_000, CacheRead = long.MinValue, Output = 1 }));
        Assert.Equal(0, ModelPrice.Cost(-1, 1_000));
    }

    [Fact]
    public void A_bound_is_never_below_what_so_many_tokens_cost()
    {
        Random random = new(20260604);
        for (int i = 0; i < 20_000; i++)
        {
            bool sound = random.Next(4) == 0;
            ModelPrice price = RandomPrice(random);
            TokenUsage usage = RandomUsage(random, sound);
            long cost = price.Cost(usage);
            long bound = price.Bound(usage.TotalInput + random.Next(3), usage.TotalOutput + random.Next(3), sound);
            Assert.True(bound >= cost, $"{bound} < {cost}: {price} {usage}");

            long parts = ModelPrice.Cost(usage.TotalInput, price.InputRateMax(usage.TotalInput, sound))
                + ModelPrice.Cost(usage.TotalOutput, price.OutputRateMax(usage.TotalInput, sound)) + price.PerRequest;
            Assert.True(parts >= cost, $"{parts} < {cost}: {price} {usage}");
        }
    }

    [Fact]
    public void A_bound_is_reached_by_tokens_of_the_dearest_kinds()
    {
        ModelPrice price = s_price with { PerRequest = 7 };
        TokenUsage dearest = new() { CacheWriteHour = 1_000, Reasoning = 300 };
        Assert.Equal(price.Cost(dearest), price.Bound(1_000, 300));
        Assert.Equal(7 + (1_000 * 6_000) + (300 * 16_000), price.Bound(1_000, 300));
        Assert.Equal(7 + (200_001 * 12_000L) + (300 * 22_500), price.Bound(200_001, 300));
    }

    [Fact]
    public void Sound_raises_a_bound_only_where_it_may_be()
    {
        Assert.Equal((6_000_000, 32_000_000), (s_price.InputRateMax(1), s_price.InputRateMax(1, sound: true)));
        Assert.Equal((16_000_000, 64_000_000), (s_price.OutputRateMax(1), s_price.OutputRateMax(1, sound: true)));
        Assert.Equal((12_000_000, 22_500_000), (s_price.InputRateMax(200_001), s_price.OutputRateMax(200_001)));
    }

    [Fact]
    public void The_answer_says_at_which_service_it_is_billed_and_a_bound_trusts_no_discount()
    {
        ModelPrice flex = new() { Rates = new TokenRates { Input = 500 } };
        ModelPrice priority = new() { Rates = new TokenRates { Input = 2_000 } };
        ModelPrice price = new() { Rates = new TokenRates { Input = 1_000 }, Flex = flex, Priority = priority };
        Assert.Same(flex, price.Served(ServiceTiers.Flex));
        Assert.Same(priority, price.Served(ServiceTiers.Priority));
        Assert.Same(price, price.Served(ServiceTiers.Plain));
        Assert.Same(price, price.Served(ServiceTiers.None));
        Assert.Equal((1_000, 1_000), (price.InputRateMax(1), price.InputRateMax(1, false, ServiceTiers.Plain | ServiceTiers.Flex)));
        Assert.Equal((2_000, 2_000), (price.InputRateMax(1, false, ServiceTiers.Plain | ServiceTiers.Priority), price.InputRateMax(1, false, ServiceTiers.Any)));
        ModelPrice odd = price with { Flex = priority, Priority = flex };
        Assert.Equal((2_000, 1_000), (odd.InputRateMax(1, false, ServiceTiers.Plain | ServiceTiers.Flex), odd.InputRateMax(1, false, ServiceTiers.Plain | ServiceTiers.Priority)));
        Assert.Equal((true, true, true, false), (price.HasServices, (price with { Flex = null }).HasServices, (price with { Priority = null }).HasServices, s_price.HasServices));
        Assert.Same(s_price, s_price.Served(ServiceTiers.Priority));
        Assert.Equal(s_price.OutputRateMax(1), s_price.OutputRateMax(1, false, ServiceTiers.Any));
    }

    [Fact]
    public void Pricing_an_exchange_allocates_nothing()
    {
        Allocated.NeedsOptimisedBuild();
        long sum = 0;
        Assert.Equal(0, Allocated.By(() =>
        {
            TokenUsage usage = new() { Input = 250_000, CacheRead = 17, Output = 99 };
            ModelPrice price = s_price.Served(ServiceTiers.Flex).Served(ServiceTiers.Priority);
            sum += price.Cost(usage) + price.Cost(usage, new BilledPieces { Images = 1 }) + price.Bound(250_000, 4_096, sound: true);
        }));
        Assert.NotEqual(0, sum);
    }

    private static ModelPrice RandomPrice(Random random)
    {
        List<PriceTier> tiers = [];
        for (int at = random.Next(2_000); tiers.Count < random.Next(3); at += random.Next(1, 2_000))
            tiers.Add(new PriceTier(at, RandomRates(random)));
        return new ModelPrice { Rates = RandomRates(random), Tiers = tiers, PerRequest = random.Next(1_000) };
    }

    private static TokenRates RandomRates(Random random) => new()
    {
        Input = Rate(random), CacheRead = Rate(random), CacheWrite = Rate(random), CacheWriteHour = Rate(random), AudioInput = Rate(random),
        Output = Rate(random), Reasoning = Rate(random), AudioOutput = Rate(random),
    };

    private static TokenUsage RandomUsage(Random random, bool sound) => new()
    {
        Input = Count(random), CacheRead = Count(random), CacheWrite = Count(random), CacheWriteHour = Count(random),
        AudioInput = sound ? Count(random) : 0,
        Output = Count(random), Reasoning = Count(random), AudioOutput = sound ? Count(random) : 0,
    };

    private static long Rate(Random random) => random.Next(1, 100_000_000) / random.Next(1, 1_000);

    private static long Count(Random random) => random.Next(3) == 0 ? 0 : random.Next(1_500);

    private static long[] Numbers(Random random, int bits) =>
        [.. Enumerable.Range(0, 8).Select(_ => random.NextInt64(0, 1L << bits))];
}

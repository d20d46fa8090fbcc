using System;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class QuoteTests
{
    [Fact]
    public void Nothing_within_the_bounds_costs_more_than_is_set_aside()
    {
        Random random = new(11);
        int lowered = 0, refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            ModelPrice price = RandomPrice(random);
            AccountState account = TestPolicy.Account(AccountKind.Key,
                new BudgetSpec(BudgetUnit.Usd, random.NextInt64(1, 1L << random.Next(8, 40)), BudgetPeriod.Total),
                new BudgetSpec(BudgetUnit.Tokens, random.NextInt64(1, 1L << random.Next(4, 30)), BudgetPeriod.Day));
            string[] services = ["", "\"service_tier\":\"default\",", "\"service_tier\":\"flex\",", "\"service_tier\":\"priority\",", "\"service_tier\":\"auto\","];
            string service = services[random.Next(services.Length)];
            bool responses = random.Next(3) == 0;
            long asked = random.Next(2) * random.NextInt64(1, 1L << random.Next(1, 20));
            int choices = responses ? 1 : random.Next(1, 5);
            string name = responses ? "max_output_tokens" : random.Next(2) == 0 ? "max_tokens" : "max_completion_tokens";
            string body = $$"""{"model":"mock/z","stream":{{(random.Next(2) == 0 ? "true" : "false")}},{{service}}"{{name}}":{{(asked == 0 ? "null" : asked)}}{{(choices > 1 ? $",\"n\":{choices}" : "")}},"input":"{{new string('x', random.Next(300))}}"}""";
            Exchange exchange = Exchanged(body, account, price, responses);
            if (!TestPolicy.Reserve(exchange))
            {
                refused++;
                Assert.Equal(Fault.BudgetExceeded, exchange.Fault);
                Assert.All(account.Budgets, static budget => Assert.Equal(0, budget.Current!.Taken));
                continue;
            }

            Amounts held = exchange.Kit.Reservation.Budgets.Held;
            ref readonly ChargeSection charge = ref exchange.Charge;
            lowered += charge.TokensToSend > 0 ? 1 : 0;
            Assert.Equal((held.Usd, held.Tokens), (account.Budgets[0].Current!.Taken, account.Budgets[1].Current!.Taken));
            Assert.True(held.Usd <= account.Budgets[0].Limit && held.Tokens <= account.Budgets[1].Limit);
            for (int use = 0; use < 20; use++)
            {
                TokenUsage usage = RandomUsage(random, charge.InputTokensMax, charge.OutputReserved);
                foreach (ServiceTiers one in (ServiceTiers[])[ServiceTiers.Plain, ServiceTiers.Flex, ServiceTiers.Priority])
                {
                    long cost = price.Served((ServiceWords.MayServe(ServiceOf(service), ServiceTiers.None) & one) == one ? one : ServiceTiers.Plain).Cost(usage);
                    Assert.True(cost <= held.Usd, $"{usage} costs {cost}, and {held.Usd} is set aside for {body}");
                }

                Assert.True(usage.Total <= held.Tokens);
            }

            if (charge.OutputTokensMax == long.MaxValue)
                continue;

            long sent = charge.TokensToSend > 0 ? charge.TokensToSend : asked > 0 ? asked : price.OutputTokensMax;
            Assert.Equal(sent * choices, charge.OutputTokensMax);
            Assert.True(exchange.Intent.Stream || charge.OutputReserved == charge.OutputTokensMax);
        }

        Assert.True(lowered > 100 && refused > 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_length_is_lowered_to_exactly_what_can_be_paid(int choices)
    {
        Random random = new(12);
        for (int i = 0; i < 300; i++)
        {
            ModelPrice price = TestPolicy.Priced(random.Next(1, 100_000_000), random.Next(1, 100_000_000)) with { PerRequest = random.Next(1000) };
            string body = $$"""{"model":"mock/z","max_tokens":1000000,"n":{{choices}}}""";
            long input = body.Length + 16;
            long budget = price.PerRequest + ModelPrice.Cost(input, price.Rates.Input) + random.NextInt64(1_000_000_000);
            Exchange exchange = Exchanged(body, TestPolicy.Account(BudgetUnit.Usd, budget), price);
            bool reserved = TestPolicy.Reserve(exchange);
            long sent = reserved ? exchange.Charge.TokensToSend > 0 ? exchange.Charge.TokensToSend : 1_000_000 : 0;
            Assert.True(price.PerRequest + ModelPrice.Cost(input, price.Rates.Input) + ModelPrice.Cost(sent * choices, price.Rates.Output) <= budget);
            if (sent < 1_000_000)
                Assert.True(price.PerRequest + ModelPrice.Cost(input, price.Rates.Input) + ModelPrice.Cost((sent + 1) * choices, price.Rates.Output) > budget);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Tokens_are_bounded_by_a_budget_of_tokens(long left)
    {
        const string body = """{"model":"mock/z","max_tokens":1000}""";
        Exchange exchange = Exchanged(body, TestPolicy.Account(BudgetUnit.Tokens, body.Length + 16 + left), TestPolicy.Price);
        Assert.Equal(left > 0, TestPolicy.Reserve(exchange));
        Assert.Equal(left > 0 ? left : 1, exchange.Charge.OutputTokensMax);
    }

    [Theory]
    [InlineData("128", 128)]
    [InlineData("1000", 1000)]
    [InlineData("0", 1)]
    [InlineData("null", 1)]
    public void Each_choice_is_paid_for(string choices, int counted)
    {
        Exchange exchange = Exchanged($$"""{"model":"mock/z","max_tokens":7,"n":{{choices}}}""", TestPolicy.Account(BudgetUnit.Tokens, long.MaxValue / 2), TestPolicy.Price);
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal(7 * counted, exchange.Charge.OutputReserved);
    }

    [Theory]
    [InlineData("\"max_tokens\":\"5\"", "max_tokens")]
    [InlineData("\"max_tokens\":1.5", "max_tokens")]
    [InlineData("\"max_tokens\":1e3", "max_tokens")]
    [InlineData("\"max_tokens\":true", "max_tokens")]
    [InlineData("\"max_tokens\":[5]", "max_tokens")]
    [InlineData("\"max_tokens\":99999999999999999999", "max_tokens")]
    [InlineData("\"max_completion_tokens\":{}", "max_completion_tokens")]
    [InlineData("\"n\":\"2\"", "n")]
    [InlineData("\"best_of\":2.0", "best_of")]
    public void What_should_be_a_number_and_is_none_is_refused(string member, string name)
    {
        Exchange exchange = Exchanged($$"""{"model":"mock/z",{{member}}}""", TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000), TestPolicy.Price);
        Assert.False(TestPolicy.Reserve(exchange));
        Assert.Equal((Fault.LimitNotNumber, name), (exchange.Fault, exchange.FaultDetail));
    }

    [Theory]
    [InlineData("\"max_tokens\":0", false, 1)]
    [InlineData("\"max_tokens\":0,\"max_completion_tokens\":null", false, 1)]
    [InlineData("\"max_tokens\":0,\"stream\":true", false, 1)]
    [InlineData("\"max_output_tokens\":0", true, 16)]
    [InlineData("\"max_tokens\":0,\"max_completion_tokens\":20", false, 20)]
    [InlineData("\"max_tokens\":-1", false, 10_000)]
    public void Who_asks_for_nothing_is_not_sold_all_that_the_budget_can_pay_for(string member, bool responses, long most)
    {
        ModelPrice price = TestPolicy.Priced(1000, 1000) with { OutputTokensMax = 10_000 };
        Exchange exchange = Exchanged($$"""{"model":"mock/z",{{member}}}""", TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000), price, responses);
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal((most is 1 or 16 ? most : 0, most), (exchange.Charge.TokensToSend, exchange.Charge.OutputTokensMax));
    }

    [Fact]
    public void A_length_beyond_all_measure_overflows_nothing()
    {
        Exchange exchange = Exchanged($$"""{"model":"mock/z","max_tokens":{{long.MaxValue}},"n":128}""", TestPolicy.Account(BudgetUnit.Requests, 5), TestPolicy.Price);
        Assert.True(TestPolicy.Reserve(exchange));
        Amounts held = exchange.Kit.Reservation.Budgets.Held;
        Assert.True(held is { Usd: > 0, Tokens: > 0 });
    }

    [Theory]
    [InlineData("false", 16_384, 16_384)]
    [InlineData("true", 0, long.MaxValue)]
    public void A_model_of_unknown_length_is_told_one_only_where_nothing_is_seen_of_its_answer(string stream, long sent, long most)
    {
        Exchange exchange = Exchanged($$"""{"model":"mock/z","stream":{{stream}}}""", TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000_000), TestPolicy.Priced(1000, 1000));
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal((sent, most), (exchange.Charge.TokensToSend, exchange.Charge.OutputTokensMax));
    }

    [Fact]
    public void A_model_that_thinks_is_paid_for_up_front()
    {
        ModelPrice price = TestPolicy.Price with { Reasons = true };
        Exchange exchange = Exchanged("""{"model":"mock/z","stream":true}""", TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000), price);
        Assert.True(TestPolicy.Reserve(exchange));
        Assert.Equal((4096, 4096), (exchange.Charge.OutputReserved, exchange.Charge.OutputTokensMax));
        Exchange shown = Exchanged("""{"model":"mock/z","stream":true}""", TestPolicy.Account(BudgetUnit.Usd, 1_000_000_000), TestPolicy.Price);
        Assert.True(TestPolicy.Reserve(shown));
        Assert.Equal((544, 4096), (shown.Charge.OutputReserved, shown.Charge.OutputTokensMax));
    }

    private static Exchange Exchanged(string body, AccountState account, ModelPrice price, bool responses = false)
    {
        string request = TestRequests.Chat(body);
        return new TestExchange(responses ? request.Replace("chat/completions", "responses", StringComparison.Ordinal) : request, TestPolicy.With([account], price)).Exchange;
    }

    private static byte[] ServiceOf(string member) => member.Length == 0 ? [] : System.Text.Encoding.ASCII.GetBytes(member.Split(':', ',')[1]);

    private static ModelPrice RandomPrice(Random random)
    {
        ModelPrice plain = RandomRated(random);
        return plain with
        {
            Flex = random.Next(2) == 0 ? null : RandomRated(random) with { PerRequest = plain.PerRequest },
            Priority = random.Next(2) == 0 ? null : RandomRated(random) with { PerRequest = plain.PerRequest },
        };
    }

    private static ModelPrice RandomRated(Random random)
    {
        TokenRates rates = RandomRates(random);
        return new ModelPrice
        {
            Rates = rates,
            Tiers = random.Next(2) == 0 ? [] : [new PriceTier(random.Next(20, 300), RandomRates(random)), new PriceTier(350, RandomRates(random))],
            PerRequest = random.Next(2) * random.Next(10_000),
            OutputTokensMax = random.Next(3) == 0 ? 0 : random.Next(1, 100_000),
            Reasons = random.Next(4) == 0,
        };
    }

    private static TokenRates RandomRates(Random random) => new()
    {
        Input = random.NextInt64(20_000_000), CacheRead = random.NextInt64(20_000_000), CacheWrite = random.NextInt64(20_000_000),
        CacheWriteHour = random.NextInt64(20_000_000), Output = random.NextInt64(80_000_000), Reasoning = random.NextInt64(80_000_000),
        AudioOutput = random.NextInt64(80_000_000),
    };

    private static TokenUsage RandomUsage(Random random, long input, long output)
    {
        long read = random.NextInt64(input + 1);
        long made = random.NextInt64(output + 1);
        TokenUsage usage = new() { Input = read, Output = made };
        if (random.Next(2) == 0)
        {
            usage.CacheRead = random.NextInt64(input - read + 1);
            usage.CacheWriteHour = input - read - usage.CacheRead;
            usage.Reasoning = random.NextInt64(output - made + 1);
            usage.AudioOutput = output - made - usage.Reasoning;
        }

        return usage;
    }
}

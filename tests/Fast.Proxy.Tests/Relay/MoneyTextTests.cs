using System;
using System.Text;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Relay.Receipts;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

public sealed class MoneyTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.000000001")]
    [InlineData(12_500, "0.0000125")]
    [InlineData(1_000_000_000, "1")]
    [InlineData(1_500_000_000, "1.5")]
    [InlineData(long.MaxValue, "9223372036.854775807")]
    public void Money_has_no_more_digits_than_it_needs(long nano, string text)
    {
        Assert.Equal((text, text), (Written(nano), AmountText.Of(nano, BudgetUnit.Usd)));
    }

    [Fact]
    public void Bytes_and_text_say_the_same()
    {
        Random random = new(5);
        for (int i = 0; i < 10_000; i++)
        {
            long nano = random.NextInt64() >> random.Next(63);
            Assert.Equal(AmountText.Dollars(nano), Written(nano));
        }
    }

    private static string Written(long nano)
    {
        byte[] text = new byte[21];
        return Encoding.ASCII.GetString(text, 0, MoneyText.Write(nano, text));
    }
}

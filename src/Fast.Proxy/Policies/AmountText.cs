using System.Globalization;
using Fast.Proxy.Policies.Budgets;

namespace Fast.Proxy.Policies;

/// <summary>Amounts as people and programs read them: money in dollars, everything else as a count.</summary>
public static class AmountText
{
    private const decimal NanoPerDollar = 1_000_000_000m;

    /// <summary>An amount in its unit, without more digits than it has.</summary>
    public static string Of(long amount, BudgetUnit unit) =>
        unit == BudgetUnit.Usd ? Dollars(amount) : amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>Nano-dollars as dollars: <c>0.0000125</c>.</summary>
    public static string Dollars(long nano) => (nano / NanoPerDollar).ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>The word for a unit behind a number.</summary>
    public static string WordOf(BudgetUnit unit) => unit switch
    {
        BudgetUnit.Usd => "USD",
        BudgetUnit.ToolCalls => "tool calls",
        BudgetUnit.Tokens => "tokens",
        _ => "requests",
    };

    /// <summary>A period of a rate.</summary>
    public static string OfMilliseconds(long ms) => ms switch
    {
        1_000 => "second",
        60_000 => "minute",
        3_600_000 => "hour",
        86_400_000 => "day",
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms} ms"),
    };
}

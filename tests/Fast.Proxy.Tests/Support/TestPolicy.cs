using System.Collections.Generic;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Stages;

namespace Fast.Proxy.Tests.Support;

/// <summary>Accounts, prices and the way to them, for tests of policy and money.</summary>
internal static class TestPolicy
{
    /// <summary>1 USD for a million tokens of input, 4 for those of output; a model that knows its longest answer.</summary>
    public static ModelPrice Price { get; } = Priced(1_000_000, 4_000_000) with { OutputTokensMax = 4096 };

    /// <summary>A price by pico-dollars for a token.</summary>
    public static ModelPrice Priced(long input, long output) => new()
    {
        Rates = new TokenRates
        {
            Input = input, CacheRead = input, CacheWrite = input, CacheWriteHour = input, AudioInput = input,
            Output = output, Reasoning = output, AudioOutput = output,
        },
    };

    /// <summary>An account with budgets.</summary>
    public static AccountState Account(AccountKind kind, params BudgetSpec[] budgets)
    {
        AccountState account = new(kind, "a");
        account.Update(budgets);
        return account;
    }

    /// <summary>A key's account with one budget for ever.</summary>
    public static AccountState Account(BudgetUnit unit, long limit) => Account(AccountKind.Key, new BudgetSpec(unit, limit, BudgetPeriod.Total));

    /// <summary>A configuration whose first key counts on accounts.</summary>
    public static TestSnapshot With(IReadOnlyList<AccountState> accounts, ModelPrice? price = null) => new()
    {
        Price = price ?? Price,
        Change = key => key with { Accounts = [.. accounts] },
    };

    /// <summary>Opens a window, as a ledger that knows nothing of it does.</summary>
    public static BudgetWindow Opened(BudgetState budget, long leased = long.MaxValue, long now = 1)
    {
        BudgetWindow window = budget.At(now);
        if (window.TryBeginOpening())
            window.Open(0, 0, now, leased);
        return window;
    }

    /// <summary>Takes an exchange up to its admission.</summary>
    public static bool Admit(Exchange exchange) =>
        HeadStage.Run(exchange) && AuthenticateStage.Run(exchange) && Now.Of(IntentStage.RunAsync(exchange)) && Now.Of(AdmitStage.RunAsync(exchange));

    /// <summary>Takes an exchange up to its reservation.</summary>
    public static bool Reserve(Exchange exchange) =>
        Admit(exchange) && RouteStage.Run(exchange) && RouteStage.TryNextTarget(exchange) && Now.Of(ReserveStage.RunAsync(exchange));
}

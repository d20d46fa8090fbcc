using System;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>What an account is.</summary>
public enum AccountKind : byte
{
    Organisation,
    Team,
    Key,
    Run,
}

/// <summary>How accounts are called in refusals, receipts and the ledger.</summary>
public static class AccountNames
{
    private static readonly string[] s_kinds = ["organisation", "team", "key", "run"];

    /// <summary>The word for a kind.</summary>
    public static string Of(AccountKind kind) => s_kinds[(int)kind];

    /// <summary>The name that no other account has: <c>team:research</c>, <c>run:key-a/7f3a</c>.</summary>
    public static string PathOf(AccountKind kind, string name) => $"{Of(kind)}:{name}";

    /// <summary>The word for a unit.</summary>
    public static string Of(BudgetUnit unit) => unit switch
    {
        BudgetUnit.Usd => "usd",
        BudgetUnit.Tokens => "tokens",
        BudgetUnit.Requests => "requests",
        BudgetUnit.ToolCalls => "tool_calls",
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>The same as bytes.</summary>
    public static ReadOnlySpan<byte> Utf8Of(BudgetUnit unit) => unit switch
    {
        BudgetUnit.Usd => "usd"u8,
        BudgetUnit.Tokens => "tokens"u8,
        BudgetUnit.Requests => "requests"u8,
        BudgetUnit.ToolCalls => "tool_calls"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>The word for a period.</summary>
    public static string Of(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Minute => "minute",
        BudgetPeriod.Hour => "hour",
        BudgetPeriod.Day => "day",
        BudgetPeriod.Week => "week",
        BudgetPeriod.Month => "month",
        BudgetPeriod.Total => "total",
        _ => throw new ArgumentOutOfRangeException(nameof(period)),
    };
}

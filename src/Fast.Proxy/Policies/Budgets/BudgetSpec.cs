namespace Fast.Proxy.Policies.Budgets;

/// <summary>A ceiling on what an account may use up in a window of time.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Limit">How much, at least 1: nano-dollars, tokens, requests or tool calls.</param>
/// <param name="Period">How long a window is.</param>
public sealed record BudgetSpec(BudgetUnit Unit, long Limit, BudgetPeriod Period);

/// <summary>What a budget counts.</summary>
public enum BudgetUnit : byte
{
    /// <summary>Money, in nano-dollars.</summary>
    Usd,

    /// <summary>Input and output tokens together.</summary>
    Tokens,

    /// <summary>Exchanges.</summary>
    Requests,

    /// <summary>Calls of tools that models asked for.</summary>
    ToolCalls,
}

/// <summary>How long a budget's window is. Windows are those of the calendar in UTC; a week begins on Monday.</summary>
public enum BudgetPeriod : byte
{
    Minute,
    Hour,
    Day,
    Week,
    Month,

    /// <summary>One window for ever.</summary>
    Total,
}

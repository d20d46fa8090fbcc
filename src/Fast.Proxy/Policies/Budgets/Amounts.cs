namespace Fast.Proxy.Policies.Budgets;

/// <summary>An amount of each unit.</summary>
/// <param name="Usd">Nano-dollars.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="Requests">Exchanges.</param>
/// <param name="ToolCalls">Calls of tools.</param>
internal readonly record struct Amounts(long Usd, long Tokens, long Requests, long ToolCalls)
{
    public static Amounts operator +(in Amounts one, in Amounts other) =>
        new(one.Usd + other.Usd, one.Tokens + other.Tokens, one.Requests + other.Requests, one.ToolCalls + other.ToolCalls);

    /// <summary>The amount of a unit.</summary>
    public long Of(BudgetUnit unit) => unit switch
    {
        BudgetUnit.Usd => Usd,
        BudgetUnit.Tokens => Tokens,
        BudgetUnit.Requests => Requests,
        _ => ToolCalls,
    };
}

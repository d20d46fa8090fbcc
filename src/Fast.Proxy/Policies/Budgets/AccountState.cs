using System.Collections.Generic;
using System.Text;
using System.Threading;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Relay;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>What an account has used up and is using: its budgets and its limits. It survives a reload.</summary>
/// <param name="kind">What it is.</param>
/// <param name="name">Its name among those of its kind; a run's begins with its key's.</param>
public sealed class AccountState(AccountKind kind, string name)
{
    private BudgetState[] _budgets = [];

    /// <summary>What it is.</summary>
    public AccountKind Kind { get; } = kind;

    /// <summary>Its name among those of its kind.</summary>
    public string Name { get; } = name;

    /// <summary>Its name among all accounts, as <see cref="AccountNames.PathOf"/> makes it.</summary>
    public string Path { get; } = AccountNames.PathOf(kind, name);

    /// <summary>The same as bytes for a header field; <c>?</c> where the name has something that no field may have (RFC 9110 5.5).</summary>
    internal byte[] PathField { get; } = AnswerFields.IsFieldText(name) ? Encoding.Latin1.GetBytes(AccountNames.PathOf(kind, name)) : "?"u8.ToArray();

    /// <summary>Its budgets.</summary>
    public BudgetState[] Budgets => Volatile.Read(ref _budgets);

    /// <summary>Its limits.</summary>
    public LimitsState Limits { get; } = new();

    /// <summary>Sets what it may use up. A budget that stays, in unit and period, stays used up as it was.</summary>
    public void Update(IReadOnlyList<BudgetSpec> specs)
    {
        BudgetState[] next = new BudgetState[specs.Count];
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = Find(specs[i]) ?? new BudgetState(this, specs[i]);
            next[i].Limit = specs[i].Limit;
        }

        Volatile.Write(ref _budgets, next);
    }

    private BudgetState? Find(BudgetSpec spec)
    {
        foreach (BudgetState budget in _budgets)
        {
            if (budget.Unit == spec.Unit && budget.Period == spec.Period)
                return budget;
        }

        return null;
    }
}

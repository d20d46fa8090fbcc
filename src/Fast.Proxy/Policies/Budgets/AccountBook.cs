using System;
using System.Collections.Concurrent;
using Fast.Proxy.Accounting.Metering;
using Fast.Proxy.Policies.Runs;

namespace Fast.Proxy.Policies.Budgets;

/// <summary>
/// What outlives every configuration: the accounts that one names, the runs and habits of its keys, and what was learned of models. A reload
/// that mentions them again finds what they have used up.
/// </summary>
public sealed class AccountBook
{
    private readonly ConcurrentDictionary<string, AccountState> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RunTable> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyState> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Provider, string Model), ModelState> _models = new();

    /// <summary>The account of that name, which exists from its first mention on.</summary>
    public AccountState Account(AccountKind kind, string name) =>
        _accounts.GetOrAdd(AccountNames.PathOf(kind, name), static (_, account) => new AccountState(account.Kind, account.Name), (Kind: kind, Name: name));

    /// <summary>The runs of a key.</summary>
    public RunTable RunsOf(string key) => _runs.GetOrAdd(key, static name => new RunTable(name));

    /// <summary>The habits of a key.</summary>
    public KeyState StateOf(string key) => _keys.GetOrAdd(key, static _ => new KeyState());

    /// <summary>What was learned of a provider's model.</summary>
    public ModelState Model(string provider, string model) =>
        _models.GetOrAdd((provider, model), static name => new ModelState(name.Provider, name.Model));
}

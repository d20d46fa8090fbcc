using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Snapshots;

namespace Fast.Gateway.Configuration;

/// <summary>
/// Turns accounts as they are written into policies, and tells the accounts' states what they may use up from now on. Made once for each
/// configuration.
/// </summary>
internal sealed class AccountCompiler
{
    private readonly AccountBook _book;
    private readonly Dictionary<string, TeamDocument> _teams;
    private readonly Dictionary<string, OrganisationDocument> _organisations;

    /// <param name="document">The configuration.</param>
    /// <param name="book">The states of accounts.</param>
    public AccountCompiler(FastDocument document, AccountBook book)
    {
        _book = book;
        _teams = document.Teams.ToDictionary(static team => team.Name.Value, StringComparer.Ordinal);
        _organisations = document.Organisations.ToDictionary(static one => one.Name.Value, StringComparer.Ordinal);
        foreach (OrganisationDocument organisation in document.Organisations)
            Update(AccountKind.Organisation, organisation.Name.Value, organisation.Account);
        foreach (TeamDocument team in document.Teams)
            Update(AccountKind.Team, team.Name.Value, team.Account);
    }

    /// <summary>Compiles a key, with what holds for its team and organisation.</summary>
    /// <param name="key">The key.</param>
    /// <param name="listFor">Renders the list of models that a rule allows.</param>
    public KeySnapshot Compile(KeyDocument key, Func<ModelRule, byte[]> listFor)
    {
        string name = key.Name.Value;
        TeamDocument? team = key.Team is { } teamName ? _teams[teamName.Value] : null;
        string? organisationName = key.Organisation?.Value ?? team?.Organisation?.Value;
        OrganisationDocument? organisation = organisationName is null ? null : _organisations[organisationName];
        AccountDocument?[] chain = [organisation?.Account, team?.Account, key.Account];

        List<AccountState> states = [];
        if (organisation is not null)
            states.Add(_book.Account(AccountKind.Organisation, organisation.Name.Value));
        if (team is not null)
            states.Add(_book.Account(AccountKind.Team, team.Name.Value));
        states.Add(Update(AccountKind.Key, name, key.Account));

        ModelRule models = ModelRule.All;
        foreach (AccountDocument? account in chain.Reverse())
            models = ReferenceEquals(models, ModelRule.All) ? RuleOf(account) : models.Under(RuleOf(account));
        RunDocument? run = key.Account.Run ?? team?.Account.Run ?? organisation?.Account.Run;
        return new KeySnapshot(name, models, listFor(models))
        {
            Accounts = [.. states],
            Run = Compile(run),
            Tools = ToolRules.Of([.. chain.Select(account => account?.Tools is { } tools ? ToolsCompiler.Compile(tools) : null)]),
            Runs = _book.RunsOf(name),
            State = _book.StateOf(name),
            Team = team?.Name.Value,
            Organisation = organisation?.Name.Value,
            IsDisabled = chain.Any(static account => account is { Disabled: true }),
            ExpiresAt = chain.Min(static account => account?.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue),
            AllowsUnpriced = chain.All(static account => account is null || account.AllowsUnpriced || !LimitsMoney(account)),
        };
    }

    private static bool LimitsMoney(AccountDocument account) =>
        account.Budgets.Any(static budget => budget.Unit == BudgetUnit.Usd)
        || (account.Run?.Budgets.Any(static budget => budget.Unit == BudgetUnit.Usd) ?? false);

    private static ModelRule RuleOf(AccountDocument? account) => ModelRule.Compile(account?.Models?.Select(static model => model.Value).ToList());

    private static RunTemplate Compile(RunDocument? run)
    {
        if (run is null)
            return RunTemplate.Default;

        List<BudgetSpec> budgets = [.. run.Budgets];
        if (run.Requests is { } requests)
            budgets.Add(new BudgetSpec(BudgetUnit.Requests, requests, BudgetPeriod.Total));
        if (run.ToolCalls is { } calls)
            budgets.Add(new BudgetSpec(BudgetUnit.ToolCalls, calls, BudgetPeriod.Total));
        return new RunTemplate
        {
            Required = run.Required,
            Budgets = budgets,
            DurationMs = (long)(run.Duration?.TotalMilliseconds ?? 0),
            Depth = run.Depth ?? 0,
            Parallel = run.Parallel ?? 0,
            Repeats = run.Repeats?.Count ?? 0,
            RepeatsWarn = run.Repeats is { Mode: RepeatsMode.Warn },
        };
    }

    private AccountState Update(AccountKind kind, string name, AccountDocument account)
    {
        AccountState state = _book.Account(kind, name);
        state.Update(account.Budgets);
        LimitsDocument? limits = account.Limits;
        state.Limits.Update(RateOf(limits?.Requests), RateOf(limits?.Tokens), limits?.Parallel, limits?.Queue ?? default);
        return state;
    }

    private static Rate? RateOf(RateDocument? rate) => rate is null ? null : new Rate(rate.Count, (long)rate.Per.TotalMilliseconds);
}

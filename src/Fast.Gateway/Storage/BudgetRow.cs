namespace Fast.Gateway.Storage;

/// <summary>What the store knows of one window of one budget.</summary>
/// <param name="Account">The account, for example <c>key:team-a</c> or <c>run:team-a/nightly</c>.</param>
/// <param name="Budget">The budget's name: <see cref="BudgetNames.Of"/>.</param>
/// <param name="Window">Where the window begins, in Unix milliseconds; 0 for a budget without windows.</param>
/// <param name="Settled">What exchanges that have ended used up, in the budget's unit.</param>
/// <param name="Leased">How far the process that wrote this might go.</param>
/// <param name="Forfeited">What processes that died may have used up beyond what they settled.</param>
/// <param name="OpenedAt">When the window was first used, in Unix milliseconds.</param>
public readonly record struct BudgetRow(
    string Account, string Budget, long Window, long Settled, long Leased, long Forfeited, long OpenedAt);

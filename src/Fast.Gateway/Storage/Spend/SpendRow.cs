using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Spend;

/// <summary>What one key, run, model ... used.</summary>
/// <param name="Name">Its name; null for exchanges that had none.</param>
/// <param name="Requests">Exchanges, also those that were refused.</param>
/// <param name="InputTokens">All kinds of input.</param>
/// <param name="OutputTokens">All kinds of output.</param>
/// <param name="Cost">Nano-dollars.</param>
/// <param name="Estimated">Exchanges whose tokens Fast estimated, because the provider reported none.</param>
/// <param name="Unpriced">Exchanges with tokens of a model that had no price.</param>
internal sealed record SpendRow(
    string? Name, long Requests = 0, long InputTokens = 0, long OutputTokens = 0, long Cost = 0, long Estimated = 0, long Unpriced = 0)
{
    /// <summary>This and one exchange more.</summary>
    public SpendRow Add(in LedgerRecord record) => new(
        Name,
        Requests + 1,
        InputTokens + record.Usage.TotalInput,
        OutputTokens + record.Usage.TotalOutput,
        Cost + record.Cost,
        Estimated + (record.Estimated ? 1 : 0),
        Unpriced + (!record.Priced && record.Usage.Total > 0 ? 1 : 0));

    /// <summary>This and another row's.</summary>
    public SpendRow Add(SpendRow other) => new(
        Name,
        Requests + other.Requests,
        InputTokens + other.InputTokens,
        OutputTokens + other.OutputTokens,
        Cost + other.Cost,
        Estimated + other.Estimated,
        Unpriced + other.Unpriced);
}

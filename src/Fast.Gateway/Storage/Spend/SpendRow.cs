namespace Fast.Gateway.Storage.Spend;

/// <summary>What one key, run, model ... used.</summary>
/// <param name="Name">Its name; null for exchanges that had none.</param>
/// <param name="Requests">Exchanges, also those that were refused.</param>
/// <param name="InputTokens">All kinds of input.</param>
/// <param name="OutputTokens">All kinds of output.</param>
/// <param name="Cost">Nano-dollars.</param>
/// <param name="Estimated">Exchanges whose tokens Fast estimated, because the provider reported none.</param>
/// <param name="Unpriced">Exchanges with tokens of a model that had no price.</param>
internal sealed record SpendRow(string? Name, long Requests, long InputTokens, long OutputTokens, long Cost, long Estimated, long Unpriced);

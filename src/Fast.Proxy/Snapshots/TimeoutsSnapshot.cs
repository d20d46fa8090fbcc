namespace Fast.Proxy.Snapshots;

/// <summary>How long an exchange waits for what, in milliseconds.</summary>
/// <param name="ConnectMs">For a connection to the provider, TLS included.</param>
/// <param name="FirstTokenMs">For the first byte of the answer's body.</param>
/// <param name="FirstTokenForAll">
/// Whether <paramref name="FirstTokenMs"/> also holds for answers that do not stream. Their first byte comes when the whole answer
/// is ready, so they are measured by it only when the operator wrote it down.
/// </param>
/// <param name="BetweenTokensMs">Between two reads of a body that has begun.</param>
/// <param name="TotalMs">For the whole exchange, all attempts included.</param>
public sealed record TimeoutsSnapshot(int ConnectMs, int FirstTokenMs, bool FirstTokenForAll, int BetweenTokensMs, int TotalMs)
{
    /// <summary>What holds when the operator says nothing (docs/configuration.md).</summary>
    public static TimeoutsSnapshot Default { get; } = new(5_000, 60_000, false, 60_000, 600_000);
}

namespace Fast.Proxy.Snapshots;

/// <summary>What Fast grants to callers' connections. Times are in milliseconds.</summary>
/// <param name="HeadBytesMax">Largest request head. Beyond it: 431, or 414 when the request line alone is that long.</param>
/// <param name="BodyBytesMax">Largest request body. Beyond it: 413.</param>
/// <param name="BodiesBytesMax">Memory for all request bodies in flight together. Beyond it: 503.</param>
/// <param name="ConnectionsMax">Most connections at once. Beyond it: 503 and closed.</param>
/// <param name="HeadTimeoutMs">From a request's first byte to its head's last.</param>
/// <param name="BodyTimeoutMs">For a body, to which each <see cref="BodyBytesPerSecondMin"/> bytes that arrive add a second.</param>
/// <param name="IdleTimeoutMs">Between two requests on a connection.</param>
/// <param name="WriteTimeoutMs">For a caller to take what is written to it.</param>
public sealed record ServerLimits(
    int HeadBytesMax,
    int BodyBytesMax,
    long BodiesBytesMax,
    int ConnectionsMax,
    int HeadTimeoutMs,
    int BodyTimeoutMs,
    int IdleTimeoutMs,
    int WriteTimeoutMs)
{
    /// <summary>Slowest upload that is waited for, once the body timeout has passed.</summary>
    public const int BodyBytesPerSecondMin = 4 * 1024;

    /// <summary>What holds when the operator says nothing (docs/configuration.md).</summary>
    public static ServerLimits Default { get; } = new(
        32 * 1024, 64 * 1024 * 1024, 1024L * 1024 * 1024, 20_000, 10_000, 30_000, 120_000, 60_000);
}

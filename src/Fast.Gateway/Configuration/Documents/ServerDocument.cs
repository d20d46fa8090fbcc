using System;
using Fast.Proxy.Policies;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>Limits of the front door, so that no caller can take more of the process than its share.</summary>
public sealed record ServerDocument
{
    /// <summary>What holds when the file says nothing.</summary>
    public static ServerDocument Default { get; } = new();

    /// <summary>Longest request line and headers together, in bytes. 1 KiB to 1 MiB.</summary>
    public int HeadBytes { get; init; } = 32 * 1024;

    /// <summary>Longest request body, in bytes. 1 KiB to 1 GiB.</summary>
    public long BodyBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Memory for all request bodies in flight, in bytes. 1 KiB to 1 TiB, at least <see cref="BodyBytes"/>.</summary>
    public long BodiesBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Connections open at once. 1 to 1,000,000.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>How long a request's head may take to arrive. 100 ms to 10 minutes.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a caller may keep Fast waiting for a request's body. 100 ms to 1 hour.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a kept-alive connection may stay without a request. 100 ms to 1 day.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long Fast waits for a caller that does not read its answer. 100 ms to 1 hour.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long exchanges in flight may finish after a stop was asked for. 0 to 1 hour.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What asks providers whose address is <c>http:</c>.</summary>
    public PartChoice HttpClient { get; init; } = PartChoice.Own;

    /// <summary>What callers' connections in plain text are read from and written to.</summary>
    public PartChoice Sockets { get; init; } = PartChoice.Own;

    /// <summary>Who may read the metrics.</summary>
    public MetricsAccess Metrics { get; init; } = MetricsAccess.Local;
}

using System;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>Defaults of how exchanges are carried to their targets.</summary>
/// <param name="Timeouts">Defaults of the waits; a model may have its own.</param>
public sealed record RoutingDocument(TimeoutsDocument Timeouts)
{
    /// <summary>What holds when the file says nothing.</summary>
    public static RoutingDocument Default { get; } = new(TimeoutsDocument.Default);
}

/// <summary>How long Fast waits for a target.</summary>
public sealed record TimeoutsDocument
{
    /// <summary>What holds when the file says nothing.</summary>
    public static TimeoutsDocument Default { get; } = new();

    /// <summary>For a connection, TLS included. 10 ms to 5 minutes.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an attempt may take to the first byte of its answer. 10 ms to 1 hour.</summary>
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the operator wrote <see cref="FirstToken"/>. The default applies to streams only, because an answer that is not
    /// streamed sends nothing until it is complete; one that was written applies to every exchange.
    /// </summary>
    public bool FirstTokenWritten { get; init; }

    /// <summary>Between two reads of a streamed answer. 10 ms to 1 hour.</summary>
    public TimeSpan BetweenTokens { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For one whole exchange, all its attempts together. 100 ms to 1 day.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}

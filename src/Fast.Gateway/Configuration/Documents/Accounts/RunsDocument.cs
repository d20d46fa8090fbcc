using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>How runs are named and how many are remembered.</summary>
public sealed record RunsDocument
{
    /// <summary>What holds when the file says nothing.</summary>
    public static RunsDocument Default { get; } = new();

    /// <summary>
    /// The headers that name a run, in lower case: 1 to 16, all different. The first that a request has counts.
    /// </summary>
    public IReadOnlyList<string> Headers { get; init; } =
    [
        "x-fast-run",
        // What the operator or a framework says stands before what a tool sends by itself.
        "x-litellm-session-id",
        "x-litellm-trace-id",
        // Claude Code: https://github.com/anthropics/claude-code/issues/40119
        "x-claude-code-session-id",
        // Codex: the first is what version 0.169.0 sends, the others what earlier ones sent.
        "session-id",
        "session_id",
        "conversation_id",
        // OpenCode: https://github.com/router-for-me/CLIProxyAPI/pull/5833
        "x-opencode-session",
        "x-session-affinity",
        // What OpenRouter and others take: https://github.com/musistudio/claude-code-router/pull/1477
        "x-session-id",
    ];

    /// <summary>How many runs of one key are kept in memory. 1 to 1,000,000.</summary>
    public int Max { get; init; } = 10_000;

    /// <summary>How long a run is kept in memory without an exchange. 1 minute to 90 days.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(24);
}

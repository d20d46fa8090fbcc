using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents.Accounts;

/// <summary>Which tools may be offered to a model and called by it, and with which arguments.</summary>
public sealed record ToolsDocument
{
    /// <summary>The tools that may be used, as names and as prefixes with a <c>*</c> at the end. Null means all, empty none.</summary>
    public IReadOnlyList<Located<string>>? Allow { get; init; }

    /// <summary>The tools that may not be used, written alike. Wins over <see cref="Allow"/>.</summary>
    public IReadOnlyList<Located<string>> Deny { get; init; } = [];

    /// <summary>What must hold for arguments, in file order: at most 64 tools, each once.</summary>
    public IReadOnlyList<ToolArgumentsDocument> Arguments { get; init; } = [];

    /// <summary>What becomes of a request that offers a tool it may not.</summary>
    public ToolsMode Mode { get; init; }
}

/// <summary>What must hold for the arguments of one tool.</summary>
/// <param name="Tool">The tool's name, or a prefix with a <c>*</c> at the end.</param>
/// <param name="Predicates">What must hold, all of it: 1 to 32, each path once.</param>
public sealed record ToolArgumentsDocument(Located<string> Tool, IReadOnlyList<ArgumentDocument> Predicates);

/// <summary>What becomes of a request that offers a tool it may not.</summary>
public enum ToolsMode
{
    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>The tool is taken out of it.</summary>
    Strip,

    /// <summary>It passes, with a warning.</summary>
    Warn,
}

/// <summary>The modes as they are written.</summary>
public static class ToolsModeNames
{
    private static readonly string[] s_names = ["refuse", "strip", "warn"];

    /// <summary>Every name, in the order of <see cref="ToolsMode"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out ToolsMode mode)
    {
        int at = Array.IndexOf(s_names, name);
        mode = (ToolsMode)Math.Max(at, 0);
        return at >= 0;
    }
}

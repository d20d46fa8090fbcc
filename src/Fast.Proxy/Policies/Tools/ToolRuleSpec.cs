using System.Collections.Generic;

namespace Fast.Proxy.Policies.Tools;

/// <summary>A list of tools as somebody wrote it down, before it is compiled into a <see cref="ToolRule"/>.</summary>
/// <param name="Allow">Names, and prefixes that end in <c>*</c>; null for every tool.</param>
/// <param name="Deny">The same, for tools that are not allowed whatever <paramref name="Allow"/> says.</param>
/// <param name="Arguments">What the arguments of calls have to be like.</param>
/// <param name="Mode">What happens to what is not allowed.</param>
public sealed record ToolRuleSpec(
    IReadOnlyList<string>? Allow,
    IReadOnlyList<string> Deny,
    IReadOnlyList<ArgumentSpec> Arguments,
    ToolMode Mode);

/// <summary>What one argument has to be like. All that is given has to hold; a call without the argument is not allowed.</summary>
/// <param name="Tool">Which tools: a name, or a prefix that ends in <c>*</c>.</param>
/// <param name="Path">
/// The names of members that lead to the argument, from the outside in, with dots between; each element of an array in the way counts.
/// </param>
/// <param name="Pattern">A regular expression that has to match in a string; without backreferences and lookarounds.</param>
/// <param name="Kind">The value's kind.</param>
/// <param name="OneOf">The only values: what a string means, or a number, <c>true</c> or <c>false</c> as it is spelled.</param>
/// <param name="Min">The smallest number.</param>
/// <param name="Max">The largest number.</param>
public sealed record ArgumentSpec(
    string Tool,
    string Path,
    string? Pattern = null,
    ArgumentKind Kind = ArgumentKind.Any,
    IReadOnlyList<string>? OneOf = null,
    double? Min = null,
    double? Max = null);

/// <summary>What happens to a tool that is not allowed, the strictest first.</summary>
public enum ToolMode : byte
{
    /// <summary>The request is refused, and the answer's call never reaches the caller.</summary>
    Refuse,

    /// <summary>The tool is taken out of the request; the answer's call never reaches the caller.</summary>
    Strip,

    /// <summary>It passes, and is reported.</summary>
    Warn,
}

/// <summary>The kinds of JSON Schema (draft 2020-12, section 6.1.1 of validation).</summary>
public enum ArgumentKind : byte
{
    Any,
    String,
    Number,

    /// <summary>A number without a fraction, however it is spelled.</summary>
    Integer,
    Boolean,
    Object,

    /// <summary>The array itself; with every other kind it is its elements that count.</summary>
    Array,
    Null,
}

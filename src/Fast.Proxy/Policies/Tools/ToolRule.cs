using System;
using System.Collections.Generic;
using Fast.Proxy.Policies.Tools.Walking;

namespace Fast.Proxy.Policies.Tools;

/// <summary>
/// Which tools may be offered and called, and with which arguments. Names are compared unescaped and with their case; what is denied
/// stays denied whatever is allowed.
/// </summary>
public sealed class ToolRule
{
    /// <summary>Most arguments that one rule may be about.</summary>
    public const int ArgumentsMax = 2048;

    private readonly NamePatterns? _allow;
    private readonly NamePatterns _deny;
    private readonly ArgumentRule[] _arguments;

    private ToolRule(ToolRuleSpec spec, ArgumentRule[] arguments)
    {
        _allow = spec.Allow is null ? null : new NamePatterns(spec.Allow);
        _deny = new NamePatterns(spec.Deny);
        _arguments = arguments;
        Mode = spec.Mode;
    }

    /// <summary>What happens to what is not allowed.</summary>
    public ToolMode Mode { get; }

    /// <summary>Compiles a rule; null, and what is wrong with it, when it cannot be.</summary>
    public static ToolRule? Compile(ToolRuleSpec spec, out string? problem)
    {
        problem = spec.Arguments.Count > ArgumentsMax ? $"a rule may be about {ArgumentsMax} arguments" : null;
        List<ArgumentRule> arguments = [];
        for (int i = 0; problem is null && i < spec.Arguments.Count; i++)
        {
            if (ArgumentRule.Compile(spec.Arguments[i], out problem) is { } argument)
                arguments.Add(argument);
        }

        return problem is null ? new ToolRule(spec, [.. arguments]) : null;
    }

    /// <summary>Whether a tool of this name is allowed.</summary>
    public bool AllowsName(ReadOnlySpan<byte> name) => Judge(name) == ToolDenial.None;

    /// <summary>Whether a tool of this name is denied, whatever is allowed.</summary>
    internal bool DeniesName(ReadOnlySpan<byte> name) => _deny.Contains(name);

    /// <summary>Whether a call can only be judged with its arguments.</summary>
    public bool NeedsArguments(ReadOnlySpan<byte> name)
    {
        foreach (ArgumentRule argument in _arguments)
        {
            if (argument.Tools.Contains(name))
                return true;
        }

        return false;
    }

    /// <summary>Whether a call is allowed.</summary>
    /// <param name="name">The tool's name, unescaped.</param>
    /// <param name="argumentsJson">Its arguments, as the model wrote them.</param>
    /// <param name="verdict">Why not.</param>
    public bool AllowsCall(ReadOnlySpan<byte> name, ReadOnlySpan<byte> argumentsJson, out ToolVerdict verdict)
    {
        ToolDenial denial = Judge(name);
        verdict = new ToolVerdict(denial, Mode, null);
        if (denial != ToolDenial.None || !NeedsArguments(name))
            return verdict.IsAllowed;

        int start = JsonScan.SkipSpace(argumentsJson, 0);
        if (start == argumentsJson.Length || argumentsJson[start] != (byte)'{' || !JsonScan.IsValid(argumentsJson))
        {
            verdict = new ToolVerdict(ToolDenial.ArgumentsMalformed, Mode, null);
            return false;
        }

        foreach (ArgumentRule argument in _arguments)
        {
            denial = argument.Tools.Contains(name) ? argument.Check(argumentsJson) : ToolDenial.None;
            if (denial == ToolDenial.None)
                continue;

            verdict = new ToolVerdict(denial, Mode, argument.Path);
            return false;
        }

        return true;
    }

    /// <summary>Judges an offer. A name that ends in a slash stands for all that is below it, which has to be allowed too.</summary>
    internal ToolDenial JudgeOffer(ReadOnlySpan<byte> name, bool isHosted)
    {
        ToolDenial denial = Judge(name);
        if (denial != ToolDenial.None)
            return denial;

        bool isWhole = name[^1] == (byte)'/';
        if (isWhole && _deny.ReachesBelow(name))
            return ToolDenial.Denied;

        foreach (ArgumentRule argument in _arguments)
        {
            if (isHosted && (argument.Tools.Contains(name) || (isWhole && argument.Tools.ReachesBelow(name))))
                return ToolDenial.ArgumentsUnseen;
        }

        return ToolDenial.None;
    }

    private ToolDenial Judge(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? ToolDenial.NotUnderstood
        : _deny.Contains(name) ? ToolDenial.Denied
        : _allow is null || _allow.Contains(name) ? ToolDenial.None
        : ToolDenial.NotAllowed;
}

using System;
using System.Collections.Generic;

namespace Fast.Proxy.Policies.Tools;

/// <summary>The rules of everybody who has a say: an organisation, a team, a key and a run. A tool has to pass all of them.</summary>
public sealed class ToolRules
{
    private readonly ToolRule[] _rules;

    private ToolRules(ToolRule[] rules) => _rules = rules;

    /// <summary>Puts rules together; null when there is none.</summary>
    public static ToolRules? Of(params ReadOnlySpan<ToolRule?> rules)
    {
        List<ToolRule> some = [];
        foreach (ToolRule? rule in rules)
        {
            if (rule is not null)
                some.Add(rule);
        }

        return some.Count == 0 ? null : new ToolRules([.. some]);
    }

    /// <summary>Whether a call can only be judged with its arguments.</summary>
    public bool NeedsArguments(ReadOnlySpan<byte> name)
    {
        foreach (ToolRule rule in _rules)
        {
            if (rule.NeedsArguments(name))
                return true;
        }

        return false;
    }

    /// <summary>Whether a tool of this name may be called, as far as that is known without the arguments.</summary>
    public ToolVerdict JudgeName(ReadOnlySpan<byte> name) => JudgeCall(name, default, withArguments: false);

    /// <summary>Whether a name is on a list of denied ones.</summary>
    internal ToolVerdict JudgeDenied(ReadOnlySpan<byte> name)
    {
        ToolVerdict strictest = default;
        foreach (ToolRule rule in _rules)
            strictest = Stricter(strictest, new ToolVerdict(rule.DeniesName(name) ? ToolDenial.Denied : ToolDenial.None, rule.Mode, null));
        return strictest;
    }

    /// <summary>Whether a call is allowed; of several rules that say no, the strictest holds.</summary>
    public ToolVerdict JudgeCall(ReadOnlySpan<byte> name, ReadOnlySpan<byte> argumentsJson) =>
        JudgeCall(name, argumentsJson, withArguments: true);

    /// <summary>Whether a call in an answer is allowed. Those of tools that the provider runs were judged when they were offered.</summary>
    internal ToolVerdict JudgeCall(in ToolCall call) =>
        call.IsHosted ? default : JudgeCall(call.IsUnderstood ? call.Name : default, call.Arguments);

    /// <summary>Whether a request may offer a tool.</summary>
    internal ToolVerdict JudgeOffer(in ToolOffer offer)
    {
        ToolVerdict strictest = default;
        foreach (ToolRule rule in _rules)
        {
            ToolDenial denial = offer.IsUnderstood ? rule.JudgeOffer(offer.Name, offer.IsHosted) : ToolDenial.NotUnderstood;
            strictest = Stricter(strictest, new ToolVerdict(denial, rule.Mode, null));
        }

        return strictest;
    }

    private ToolVerdict JudgeCall(ReadOnlySpan<byte> name, ReadOnlySpan<byte> argumentsJson, bool withArguments)
    {
        ToolVerdict strictest = default;
        foreach (ToolRule rule in _rules)
        {
            if (withArguments || !rule.AllowsName(name))
            {
                rule.AllowsCall(name, argumentsJson, out ToolVerdict verdict);
                strictest = Stricter(strictest, verdict);
            }
        }

        return strictest;
    }

    private static ToolVerdict Stricter(in ToolVerdict one, in ToolVerdict other) =>
        one.IsAllowed || (!other.IsAllowed && other.Mode < one.Mode) ? other : one;
}

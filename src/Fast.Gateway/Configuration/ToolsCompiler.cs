using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Policies.Tools;

namespace Fast.Gateway.Configuration;

/// <summary>Turns a list of tools as it is written into a rule.</summary>
internal static class ToolsCompiler
{
    /// <summary>Compiles a list that was checked.</summary>
    public static ToolRule Compile(ToolsDocument tools) =>
        ToolRule.Compile(SpecOf(tools), out string? problem) ?? throw new InvalidOperationException($"A list of tools was read and does not compile: {problem}");

    /// <summary>What is wrong with a list; null when nothing is.</summary>
    public static string? ProblemOf(ToolsDocument tools)
    {
        ToolRule.Compile(SpecOf(tools), out string? problem);
        return problem;
    }

    private static ToolRuleSpec SpecOf(ToolsDocument tools)
    {
        List<ArgumentSpec> arguments = [];
        foreach (ToolArgumentsDocument tool in tools.Arguments)
        {
            foreach (ArgumentDocument argument in tool.Predicates)
            {
                arguments.Add(new ArgumentSpec(
                    tool.Tool.Value, argument.Path.Value, argument.Pattern, KindOf(argument.Type), argument.Values, (double?)argument.Min, (double?)argument.Max));
            }
        }

        return new ToolRuleSpec(
            tools.Allow?.Select(static name => name.Value).ToList(), [.. tools.Deny.Select(static name => name.Value)], arguments, ModeOf(tools.Mode));
    }

    private static ToolMode ModeOf(ToolsMode mode) => mode switch
    {
        ToolsMode.Strip => ToolMode.Strip,
        ToolsMode.Warn => ToolMode.Warn,
        _ => ToolMode.Refuse,
    };

    private static ArgumentKind KindOf(ArgumentType? type) => type switch
    {
        ArgumentType.String => ArgumentKind.String,
        ArgumentType.Integer => ArgumentKind.Integer,
        ArgumentType.Number => ArgumentKind.Number,
        ArgumentType.Boolean => ArgumentKind.Boolean,
        ArgumentType.Array => ArgumentKind.Array,
        ArgumentType.Object => ArgumentKind.Object,
        ArgumentType.Null => ArgumentKind.Null,
        _ => ArgumentKind.Any,
    };
}

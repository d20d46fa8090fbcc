using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads <c>tools</c>.</summary>
internal static class ToolsReader
{
    /// <summary>Most entries of one list. At the limit the list is refused.</summary>
    public const int PatternsMax = 1024;

    private const int NameBytesMax = 128;

    /// <summary>Reads the rules of an account; null when none are written.</summary>
    public static ToolsDocument? Read(ReadingContext context, Members account)
    {
        if (!account.TryGet("tools", out YamlNode? node)
            || Members.Of(context, node, "`tools`", ["allow", "deny", "arguments", "mode"]) is not { } members)
        {
            return null;
        }

        ToolsDocument tools = new()
        {
            Allow = ReadPatterns(context, members, "allow"),
            Deny = ReadPatterns(context, members, "deny") ?? [],
            Arguments = ArgumentsReader.Read(context, members),
            Mode = ReadMode(context, members),
        };

        // What was found wrong above need not be told again in other words.
        if (!context.HasProblems && ToolsCompiler.ProblemOf(tools) is { } problem)
            context.Problem(node, $"`tools`: {problem}");
        return tools;
    }

    /// <summary>Why a text cannot name tools; null when it can.</summary>
    public static string? NameFault(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > NameBytesMax || name.Any(char.IsControl))
            return $"a tool's name is 1 to {NameBytesMax} bytes long, without control characters";

        int star = name.IndexOf('*');
        return star >= 0 && star != name.Length - 1 ? "`*` may stand only at the end of a pattern" : null;
    }

    private static List<Located<string>>? ReadPatterns(ReadingContext context, Members members, string name)
    {
        if (!members.TryGet(name, out YamlNode? node))
            return null;

        List<Located<string>> patterns = [];
        // An empty list is a list: under `allow` it means that no tool may be used. Nothing at all could mean anything.
        if (node is not ListNode list)
        {
            context.Problem(node, $"`{name}` takes a list of tools and patterns, not {node.Kind}");
            return patterns;
        }

        if (list.Items.Count > PatternsMax)
            context.Problem(node, $"`{name}` holds {list.Items.Count} entries; at most {PatternsMax} are allowed");

        foreach (YamlNode item in list.Items)
        {
            if (!context.TryText(item, $"an entry of `{name}`", out TextValue text))
                continue;

            if (NameFault(text.Value) is { } fault)
                context.Problem(text, $"{text.Shown}: {fault}");
            patterns.Add(new Located<string>(text.Value, text.Line, text.Column));
        }

        return patterns;
    }

    private static ToolsMode ReadMode(ReadingContext context, Members members)
    {
        if (!members.TryText(context, "mode", out TextValue text))
            return ToolsMode.Refuse;
        if (ToolsModeNames.TryParse(text.Value, out ToolsMode mode))
            return mode;

        context.Problem(text, $"unknown `mode` {text.Shown}{NearestName.Suggest(text.Written, ToolsModeNames.All)}");
        return ToolsMode.Refuse;
    }
}

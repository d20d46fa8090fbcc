using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads the <c>arguments</c> of <c>tools</c>: for each tool, paths of members and what must hold for them.</summary>
internal static class ArgumentsReader
{
    /// <summary>Most tools with rules for their arguments. At the limit the section is refused.</summary>
    public const int ToolsMax = 64;

    /// <summary>Most rules of one tool. At the limit the tool is refused.</summary>
    public const int PredicatesMax = 32;

    /// <summary>Most names in one path. A longer path is refused.</summary>
    public const int DepthMax = 8;

    /// <summary>Longest regular expression, in characters. A longer one is refused.</summary>
    public const int PatternLengthMax = 1024;

    /// <summary>Most values of one <c>enum</c>. At the limit the list is refused.</summary>
    public const int ValuesMax = 256;

    private const int NameBytesMax = 128;

    // A decimal holds so many digits exactly.
    private const int NumberLengthMax = 28;

    /// <summary>Reads the section; empty when there is none.</summary>
    public static IReadOnlyList<ToolArgumentsDocument> Read(ReadingContext context, Members tools)
    {
        List<ToolArgumentsDocument> arguments = [];
        if (!tools.TryGet("arguments", out YamlNode? node))
            return arguments;

        if (node is not MapNode map)
        {
            context.Problem(node, $"`arguments` takes tools and their rules (`tool: {{ path: rule }}`), not {node.Kind}");
            return arguments;
        }

        if (map.Entries.Count > ToolsMax)
            context.Problem(node, $"`arguments` holds {map.Entries.Count} tools; at most {ToolsMax} are allowed");

        foreach (MapEntry entry in map.Entries)
        {
            if (ToolsReader.NameFault(entry.Key.Text) is { } fault)
                context.Problem(entry.Key, $"{Quote.Text(entry.Key.Text)}: {fault}");
            Located<string> tool = new(entry.Key.Text, entry.Key.Line, entry.Key.Column);
            arguments.Add(new ToolArgumentsDocument(tool, ReadTool(context, entry)));
        }

        return arguments;
    }

    private static List<ArgumentDocument> ReadTool(ReadingContext context, MapEntry tool)
    {
        List<ArgumentDocument> predicates = [];
        if (tool.Value is not MapNode { Entries.Count: > 0 } map)
        {
            context.Problem(tool.Value, $"the arguments of {Quote.Text(tool.Key.Text)} take paths and rules (`path: rule`)");
            return predicates;
        }

        if (map.Entries.Count > PredicatesMax)
            context.Problem(map, $"{Quote.Text(tool.Key.Text)} has {map.Entries.Count} rules; at most {PredicatesMax} are allowed");

        foreach (MapEntry entry in map.Entries)
        {
            if (!IsPath(entry.Key.Text))
            {
                context.Problem(entry.Key, $"{Quote.Text(entry.Key.Text)} is not a path: names with dots between them, "
                    + $"1 to {DepthMax}, each 1 to {NameBytesMax} bytes long");
            }

            ArgumentDocument unset = new() { Path = new Located<string>(entry.Key.Text, entry.Key.Line, entry.Key.Column) };
            predicates.Add(ReadOne(context, entry, unset));
        }

        return predicates;
    }

    private static bool IsPath(string path)
    {
        string[] names = path.Split('.');
        return names.Length <= DepthMax && names.All(name => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax);
    }

    private static ArgumentDocument ReadOne(ReadingContext context, MapEntry entry, ArgumentDocument unset)
    {
        string what = $"the rule for {Quote.Text(entry.Key.Text)}";
        if (entry.Value is ScalarNode)
            return unset with { Pattern = ReadPattern(context, entry.Value, what) };

        if (entry.Value is ListNode)
            context.Problem(entry.Value, $"{what} takes a regular expression or members (`type`, `enum`, `min`, `max`), not a list");
        else if (entry.Value is MapNode { Entries.Count: 0 })
            context.Problem(entry.Value, $"{what} says nothing; it needs `type`, `enum`, `min` or `max`");
        else if (Members.Of(context, entry.Value, what, ["type", "enum", "min", "max"]) is { } members)
            return ReadMembers(context, members, unset);
        return unset;
    }

    private static ArgumentDocument ReadMembers(ReadingContext context, Members members, ArgumentDocument unset)
    {
        ArgumentDocument read = unset with
        {
            Type = ReadType(context, members),
            Values = ReadValues(context, members),
            Min = ReadNumber(context, members, "min"),
            Max = ReadNumber(context, members, "max"),
        };

        string bound = read.Min is null ? "max" : "min";
        bool hasBound = read.Min is not null || read.Max is not null;
        if (hasBound && read.Type is not (null or ArgumentType.Integer or ArgumentType.Number))
            context.Problem(members.KeyOf(bound), $"`{bound}` is for numbers, which `type` rules out");
        else if (read.Min > read.Max)
            context.Problem(members.KeyOf("min"), "`min` is greater than `max`");
        return read;
    }

    private static string? ReadPattern(ReadingContext context, YamlNode node, string what)
    {
        if (!context.TryText(node, what, out TextValue text))
            return null;

        if (text.Value.Length > PatternLengthMax)
        {
            context.Problem(text, $"{what} is {text.Value.Length} characters long; at most {PatternLengthMax} are allowed");
            return null;
        }

        try
        {
            // Time in proportion to the argument's length, whatever the pattern: the arguments are the model's.
            _ = new Regex(text.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return text.Value;
        }
        catch (RegexParseException wrong)
        {
            string at = text.IsResolved ? "" : $"; it goes wrong at its character {wrong.Offset}";
            context.Problem(text, $"{what}: {text.Shown} is not a regular expression{at}");
        }
        catch (NotSupportedException)
        {
            context.Problem(text, $"{what}: {text.Shown} cannot be matched in one pass: "
                + "it is too large, or looks around, refers back or groups atomically");
        }

        return null;
    }

    private static ArgumentType? ReadType(ReadingContext context, Members members)
    {
        if (!members.TryText(context, "type", out TextValue text))
            return null;
        if (ArgumentTypeNames.TryParse(text.Value, out ArgumentType type))
            return type;

        context.Problem(text, $"unknown `type` {text.Shown}{NearestName.Suggest(text.Written, ArgumentTypeNames.All)}");
        return null;
    }

    private static List<string>? ReadValues(ReadingContext context, Members members)
    {
        if (!members.TryGet("enum", out YamlNode? node))
            return null;

        List<string> values = [];
        if (node is not ListNode { Items.Count: > 0 and <= ValuesMax } list)
        {
            context.Problem(node, $"`enum` takes a list of 1 to {ValuesMax} values");
            return values;
        }

        foreach (YamlNode item in list.Items)
        {
            if (context.TryText(item, "an entry of `enum`", out TextValue text))
                values.Add(text.Value);
        }

        return values;
    }

    private static decimal? ReadNumber(ReadingContext context, Members members, string name)
    {
        if (!members.TryText(context, name, out TextValue text))
            return null;

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (text.Value.Length <= NumberLengthMax && decimal.TryParse(text.Value, Styles, CultureInfo.InvariantCulture, out decimal value))
            return value;

        context.Problem(text, $"`{name}`: {text.Shown} is not a number; write it like `10`, `-1` or `0.5`");
        return null;
    }
}

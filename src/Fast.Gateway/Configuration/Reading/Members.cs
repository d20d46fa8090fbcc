using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>The members of one mapping, after everything that has no business there was reported.</summary>
internal sealed class Members
{
    private readonly Dictionary<string, MapEntry> _entries = new(StringComparer.Ordinal);

    private Members(YamlNode at) => At = at;

    /// <summary>The mapping, for problems about what is missing in it.</summary>
    public YamlNode At { get; }

    /// <summary>Reads a mapping's members. One that is written without a value (<c>server:</c>) has none.</summary>
    /// <param name="context">Where problems go.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="what">What it is, for messages: usually its own name in back-ticks.</param>
    /// <param name="known">The members that may stand in it.</param>
    /// <param name="refused">
    /// Members of the contract that this version cannot enforce. They are refused by name, because an operator who wrote a
    /// budget must not believe that it holds.
    /// </param>
    /// <returns>Null when the node is not a mapping.</returns>
    public static Members? Of(ReadingContext context, YamlNode node, string what, string[] known, params string[] refused)
    {
        Members members = new(node);
        if (node is ScalarNode { IsNull: true })
            return members;

        if (node is not MapNode map)
        {
            context.Problem(node, $"{what} takes members (`name: value`), not {node.Kind}");
            return null;
        }

        foreach (MapEntry entry in map.Entries)
        {
            string name = entry.Key.Text;
            if (known.Contains(name))
                members._entries.Add(name, entry);
            else if (refused.Contains(name))
                context.Problem(entry.Key, $"`{name}` is not enforced by this version of Fast, so it is refused rather than ignored");
            else if (name is "<<")
                context.Problem(entry.Key, "Fast does not read YAML merge keys (`<<`); write the members out");
            else
                context.Problem(entry.Key, $"unknown member {Quote.Text(name)} in {what}{NearestName.Suggest(name, known)}");
        }

        return members;
    }

    /// <summary>Finds a member that was written, with or without a value.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out YamlNode? value)
    {
        bool found = _entries.TryGetValue(name, out MapEntry entry);
        value = entry.Value;
        return found;
    }

    /// <summary>The name of a member that was written, to point at it.</summary>
    public ScalarNode KeyOf(string name) => _entries[name].Key;

    /// <summary>Reads a member that is one value.</summary>
    /// <returns>False when it was not written, or when it was and a problem was recorded.</returns>
    public bool TryText(ReadingContext context, string name, out TextValue text)
    {
        text = default;
        return TryGet(name, out YamlNode? node) && context.TryText(node, $"`{name}`", out text);
    }
}

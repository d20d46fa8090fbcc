using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Yaml;

/// <summary>A piece of a YAML file with its place.</summary>
internal abstract class YamlNode(int line, int column)
{
    /// <summary>Line of its first character, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column of its first character, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>What to call it in a message.</summary>
    public abstract string Kind { get; }
}

/// <summary>One value.</summary>
internal sealed class ScalarNode(int line, int column, string text, bool isPlain) : YamlNode(line, column)
{
    /// <summary>The value, unquoted and unescaped.</summary>
    public string Text { get; } = text;

    /// <summary>Whether nothing was written: an empty value, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull => isPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "one value";
}

/// <summary>A list.</summary>
internal sealed class ListNode(int line, int column, IReadOnlyList<YamlNode> items) : YamlNode(line, column)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>A mapping; its keys are unique.</summary>
internal sealed class MapNode(int line, int column, IReadOnlyList<MapEntry> entries) : YamlNode(line, column)
{
    public IReadOnlyList<MapEntry> Entries { get; } = entries;

    public override string Kind => "a mapping";
}

/// <summary>One <c>key: value</c> of a mapping.</summary>
internal readonly record struct MapEntry(ScalarNode Key, YamlNode Value);

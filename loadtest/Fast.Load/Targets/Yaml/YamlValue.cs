using System.Collections.Generic;

namespace Fast.Load.Targets.Yaml;

/// <summary>A piece of a YAML file with its place, both from 1.</summary>
internal abstract record YamlValue(int Line, int Column)
{
    public abstract string Kind { get; }
}

/// <summary>One value.</summary>
internal sealed record YamlScalar(int Line, int Column, string Text) : YamlValue(Line, Column)
{
    public override string Kind => Text.Length == 0 ? "nothing" : "one value";
}

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlValue> Items) : YamlValue(Line, Column)
{
    public override string Kind => "a list";
}

/// <summary>A mapping; its names are unique.</summary>
internal sealed record YamlMap(int Line, int Column, IReadOnlyList<(YamlScalar Name, YamlValue Value)> Members) : YamlValue(Line, Column)
{
    public override string Kind => "a mapping";
}

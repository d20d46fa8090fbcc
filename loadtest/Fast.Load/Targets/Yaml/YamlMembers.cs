using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Fast.Load.Targets.Yaml;

/// <summary>Takes the members of one mapping by name; every mistake goes to the list and reading goes on.</summary>
internal sealed class YamlMembers
{
    private readonly YamlMap _map;
    private readonly List<YamlMistake> _mistakes;
    private readonly List<string> _known = [];

    public YamlMembers(YamlMap map, List<YamlMistake> mistakes)
    {
        _map = map;
        _mistakes = mistakes;
    }

    /// <summary>The members of a value that has to be a mapping; an empty one after a mistake.</summary>
    public static YamlMembers Of(YamlValue value, string what, List<YamlMistake> mistakes)
    {
        if (value is YamlMap map)
            return new YamlMembers(map, mistakes);
        mistakes.Add(new YamlMistake(value.Line, value.Column, $"{what} is {value.Kind}; it must be a mapping"));
        return new YamlMembers(new YamlMap(value.Line, value.Column, []), mistakes);
    }

    public void Say(YamlValue at, string text) => _mistakes.Add(new YamlMistake(at.Line, at.Column, text));

    public void Say(string text) => Say(_map, text);

    public YamlValue? Find(string name)
    {
        _known.Add(name);
        return _map.Members.FirstOrDefault(member => member.Name.Text == name).Value;
    }

    /// <summary>One value that is not empty; null when it is not there.</summary>
    public string? Text(string name)
    {
        YamlValue? value = Find(name);
        if (value is null)
            return null;
        if (value is YamlScalar { Text.Length: > 0 } scalar)
            return scalar.Text;
        Say(value, $"`{name}` is {value.Kind}; it must be one value");
        return null;
    }

    public string Need(string name)
    {
        if (_map.Members.All(member => member.Name.Text != name))
            Say($"`{name}` is missing");
        return Text(name) ?? "";
    }

    public double? Number(string name)
    {
        string? text = Text(name);
        if (text is null)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return number;
        Say(Find(name)!, $"`{name}` is `{text}`; it must be a number");
        return null;
    }

    /// <summary>A list of values; one value counts as a list of one. Empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        YamlValue? value = Find(name);
        if (value is null)
            return [];
        YamlValue[] items = value is YamlList list ? [.. list.Items] : [value];
        foreach (YamlValue wrong in items.Where(static item => item is not YamlScalar { Text.Length: > 0 }))
            Say(wrong, $"an item of `{name}` is {wrong.Kind}; it must be one value");
        return [.. items.OfType<YamlScalar>().Select(static item => item.Text)];
    }

    /// <summary>A mapping from names to single values. Empty when it is not there.</summary>
    public IReadOnlyList<(string Name, string Value)> Pairs(string name)
    {
        YamlValue? value = Find(name);
        if (value is null)
            return [];
        YamlMembers members = Of(value, $"`{name}`", _mistakes);
        foreach ((YamlScalar member, YamlValue wrong) in members._map.Members.Where(static member => member.Value is not YamlScalar))
            Say(wrong, $"`{member.Text}` is {wrong.Kind}; it must be one value");
        return [.. members._map.Members.Where(static member => member.Value is YamlScalar)
            .Select(static member => (member.Name.Text, ((YamlScalar)member.Value).Text))];
    }

    public YamlMembers? Inner(string name) => Find(name) is { } value ? Of(value, $"`{name}`", _mistakes) : null;

    /// <summary>Says which members nobody asked for. Called last.</summary>
    public void RefuseOthers()
    {
        foreach ((YamlScalar name, _) in _map.Members.Where(member => !_known.Contains(member.Name.Text, StringComparer.Ordinal)))
            Say(name, $"`{name.Text}` is not known here; known are {string.Join(", ", _known.Distinct().Select(static known => $"`{known}`"))}");
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fast.Load.Targets.Yaml;

/// <summary>Turns text into values. Aliases and tags are refused: files this small have no use for them.</summary>
internal sealed class YamlFile
{
    private const int BytesMax = 1024 * 1024;
    private const int DepthMax = 16;
    private const int ValuesMax = 10_000;

    private readonly List<YamlMistake> _mistakes;
    private readonly Parser _parser;
    private int _values;

    private YamlFile(string text, List<YamlMistake> mistakes)
    {
        _mistakes = mistakes;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The only document of the text; null after a mistake that leaves nothing to read.</summary>
    public static YamlValue? Read(string text, List<YamlMistake> mistakes)
    {
        if (text.Length > BytesMax)
        {
            mistakes.Add(new YamlMistake(1, 1, $"the file is larger than {BytesMax} bytes"));
            return null;
        }

        YamlFile file = new(text, mistakes);
        try
        {
            return file.ReadDocument();
        }
        catch (YamlException fault)
        {
            mistakes.Add(new YamlMistake(Line(fault.Start), Column(fault.Start), $"this is not valid YAML: {fault.Message.TrimEnd('.')}"));
        }
        // YamlDotNet answers some malformed texts with plain framework exceptions.
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            Mark last = file._parser.Current?.End ?? Mark.Empty;
            mistakes.Add(new YamlMistake(Line(last), Column(last), "the YAML breaks after this point; a bracket or quote may not be closed"));
        }
        return null;
    }

    private YamlValue? ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (_parser.Current is not DocumentStart)
        {
            _mistakes.Add(new YamlMistake(1, 1, "the file is empty"));
            return null;
        }

        _parser.MoveNext();
        YamlValue? root = ReadValue(1);
        if (root is null)
            return null;
        _parser.MoveNext();
        _parser.MoveNext();
        if (_parser.Current is DocumentStart second)
            Refuse(second, "a second document starts here; one is read");
        return root;
    }

    // The current event is the value's first; on return it is the value's last.
    private YamlValue? ReadValue(int depth)
    {
        ParsingEvent start = _parser.Current!;
        if (depth > DepthMax)
            return Refuse(start, $"nested deeper than {DepthMax} levels");
        if (++_values > ValuesMax)
            return Refuse(start, $"more than {ValuesMax} values");
        if (start is not NodeEvent node)
            return Refuse(start, start is AnchorAlias ? "aliases are not read here" : "a value is missing here");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            Refuse(start, "tags (`!` before a value) are not read here");
        return start switch
        {
            Scalar scalar => new YamlScalar(Line(start.Start), Column(start.Start), scalar.Value),
            SequenceStart => ReadList(start, depth),
            MappingStart => ReadMap(start, depth),
            _ => Refuse(start, "this is not understood"),
        };
    }

    private YamlList? ReadList(ParsingEvent start, int depth)
    {
        List<YamlValue> items = [];
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            if (ReadValue(depth + 1) is not { } item)
                return null;
            items.Add(item);
        }
        return new YamlList(Line(start.Start), Column(start.Start), items);
    }

    private YamlMap? ReadMap(ParsingEvent start, int depth)
    {
        List<(YamlScalar, YamlValue)> members = [];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            YamlValue? name = ReadValue(depth + 1);
            YamlValue? value = name is not null && _parser.MoveNext() ? ReadValue(depth + 1) : null;
            if (name is null || value is null)
                return null;
            if (name is not YamlScalar scalar)
                _mistakes.Add(new YamlMistake(name.Line, name.Column, $"a member's name is {name.Kind}; it must be one value"));
            else if (!seen.TryAdd(scalar.Text, scalar.Line))
                _mistakes.Add(new YamlMistake(name.Line, name.Column, $"`{scalar.Text}` is already set at line {seen[scalar.Text]}"));
            else
                members.Add((scalar, value));
        }
        return new YamlMap(Line(start.Start), Column(start.Start), members);
    }

    private YamlValue? Refuse(ParsingEvent at, string text)
    {
        _mistakes.Add(new YamlMistake(Line(at.Start), Column(at.Start), text));
        return null;
    }

    private static int Line(Mark mark) => Math.Max(1, (int)mark.Line);

    private static int Column(Mark mark) => Math.Max(1, (int)mark.Column);
}

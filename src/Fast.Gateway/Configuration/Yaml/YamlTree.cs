using System;
using System.Collections.Generic;
using System.IO;
using Fast.Gateway.Configuration.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fast.Gateway.Configuration.Yaml;

/// <summary>
/// Turns text into nodes. It builds on YamlDotNet's events and not on its node model, because that one stops at the first
/// duplicate key, follows any depth on the stack and has no bound on what aliases expand to.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Most nodes of a file, each alias counted as all it stands for. At the limit the file is refused.</summary>
    public const int NodesMax = 100_000;

    /// <summary>Deepest nesting. The contract needs 6; at the limit the file is refused.</summary>
    public const int DepthMax = 32;

    private readonly string _text;
    private readonly ProblemList _problems;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlTree(string text, ProblemList problems)
    {
        _text = text;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads one document.</summary>
    /// <returns>The root; null when a problem made the rest of the file meaningless.</returns>
    public static YamlNode? Load(string text, ProblemList problems)
    {
        if (FindControlCharacter(text, problems))
            return null;

        return new YamlTree(text, problems).Load();
    }

    private static bool FindControlCharacter(string text, ProblemList problems)
    {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\n')
            {
                line++;
                lineStart = i + 1;
            }
            else if (char.IsControl(c) && c is not ('\t' or '\r' or '\u0085'))
            {
                problems.Add(line, i - lineStart + 1, $"the control character U+{(int)c:X4} may not stand in YAML");
                return true;
            }
        }

        return false;
    }

    private YamlNode? Load()
    {
        if (!Move() || !Move())
            return null;

        if (_parser.Current is not DocumentStart || !Move())
        {
            if (_parser.Current is StreamEnd)
                _problems.AddFile("the file is empty");
            return null;
        }

        YamlNode? root = ReadNode(1);
        if (root is null || !Move() || !Move())
            return null;

        if (_parser.Current is DocumentStart second)
            _problems.Add(Line(second.Start), Column(second.Start), "a second document starts here; Fast reads one document per file");
        return root;
    }

    // The current event is the node's first; on return it is the node's last.
    private YamlNode? ReadNode(int depth)
    {
        ParsingEvent start = _parser.Current!;
        int line = Line(start.Start);
        int column = Column(start.Start);
        if (depth > DepthMax)
            return Refuse(line, column, $"nested deeper than {DepthMax} levels");

        if (++_nodes > NodesMax)
            return Refuse(line, column, $"the file holds more than {NodesMax} values, aliases expanded");

        if (start is AnchorAlias alias)
            return Expand(alias, line, column);

        // For some malformed texts YamlDotNet ends a mapping between a key and its value instead of throwing.
        if (start is not NodeEvent node)
            return Refuse(line, column, "this is not valid YAML: a value is missing here");

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            _problems.Add(line, column, "Fast reads no YAML tags (`!` before a value); quote the value if the `!` belongs to it");

        int nodesBefore = _nodes;
        YamlNode? read = start switch
        {
            SequenceStart => ReadList(line, column, depth),
            MappingStart => ReadMap(line, column, depth),
            Scalar scalar => new ScalarNode(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain),
            _ => Refuse(line, column, "this is not YAML that Fast understands"),
        };
        if (read is not null && !node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = (read, 1 + _nodes - nodesBefore);
        return read;
    }

    private YamlNode? Expand(AnchorAlias alias, int line, int column)
    {
        // An anchor is known once its node is complete, so a node cannot hold itself.
        if (!_anchors.TryGetValue(alias.Value.Value, out (YamlNode Node, int Size) anchored))
            return Refuse(line, column, "this alias names no anchor that was completed before it");

        _nodes += anchored.Size - 1;
        if (_nodes > NodesMax)
            return Refuse(line, column, $"the file holds more than {NodesMax} values, aliases expanded");
        return anchored.Node;
    }

    private ListNode? ReadList(int line, int column, int depth)
    {
        List<YamlNode> items = [];
        while (Move())
        {
            if (_parser.Current is SequenceEnd)
                return new ListNode(line, column, items);

            YamlNode? item = ReadNode(depth + 1);
            if (item is null)
                return null;
            items.Add(item);
        }

        return null;
    }

    private MapNode? ReadMap(int line, int column, int depth)
    {
        List<MapEntry> entries = [];
        Dictionary<string, ScalarNode> seen = new(StringComparer.Ordinal);
        while (Move())
        {
            if (_parser.Current is MappingEnd)
                return new MapNode(line, column, entries);

            YamlNode? key = ReadNode(depth + 1);
            YamlNode? value = key is not null && Move() ? ReadNode(depth + 1) : null;
            if (key is null || value is null)
                return null;

            if (key is not ScalarNode name)
                _problems.Add(key.Line, key.Column, $"a member's name is {key.Kind}; it must be one value");
            else if (!seen.TryAdd(name.Text, name))
                _problems.Add(name.Line, name.Column, $"{Quote.Text(name.Text)} is already set at line {seen[name.Text].Line}");
            else
                entries.Add(new MapEntry(name, value));
        }

        return null;
    }

    private bool Move()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException fault)
        {
            ReportSyntax(Line(fault.Start), Column(fault.Start), fault.Message);
        }
        // YamlDotNet throws plain framework exceptions for some malformed texts, such as an unclosed bracket before a
        // block mapping. Whatever it throws, the text is what is wrong.
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Mark last = _parser.Current?.End ?? Mark.Empty;
            ReportSyntax(Line(last), Column(last), "the YAML breaks after this point; a bracket, brace or quote may not be closed");
        }

        return false;
    }

    private void ReportSyntax(int line, int column, string message)
    {
        // The parser blames the mapping around a tab, not the tab, and tabs are the commonest mistake there is.
        if (TryFindTab(line, out int tabLine, out int tabColumn))
            _problems.Add(tabLine, tabColumn, "a tab stands in the indentation; YAML takes only spaces there");
        else
            _problems.Add(line, column, $"this is not valid YAML: {message.TrimEnd('.')}");
    }

    private bool TryFindTab(int fromLine, out int line, out int column)
    {
        line = 0;
        foreach (ReadOnlySpan<char> text in _text.AsSpan().EnumerateLines())
        {
            line++;
            int indent = text.IndexOfAnyExcept(' ', '\t');
            column = 1 + text.IndexOf('\t');
            if (line >= fromLine && indent > 0 && column > 0 && column <= indent)
                return true;
        }

        column = 0;
        return false;
    }

    private YamlNode? Refuse(int line, int column, string message)
    {
        _problems.Add(line, column, message);
        return null;
    }

    private static int Line(Mark mark) => (int)mark.Line;

    private static int Column(Mark mark) => (int)mark.Column;
}

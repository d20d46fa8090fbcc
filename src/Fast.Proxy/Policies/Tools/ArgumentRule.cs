using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Tools;

/// <summary>What one argument of some tools has to be like, compiled.</summary>
internal sealed class ArgumentRule
{
    /// <summary>Most names in a path.</summary>
    public const int PathNamesMax = 16;

    /// <summary>Longest value that may be one of the only ones, in bytes.</summary>
    public const int OneOfBytesMax = 256;

    private readonly byte[][] _names;
    private readonly TextPattern? _pattern;
    private readonly ArgumentKind _kind;
    private readonly byte[][]? _oneOf;
    private readonly bool _hasRange;
    private readonly double _min;
    private readonly double _max;

    private ArgumentRule(ArgumentSpec spec, byte[][] names, TextPattern? pattern, byte[][]? oneOf)
    {
        Tools = new NamePatterns([spec.Tool]);
        Path = spec.Path;
        _names = names;
        _pattern = pattern;
        _kind = spec.Kind;
        _oneOf = oneOf;
        _hasRange = spec.Min is not null || spec.Max is not null;
        _min = spec.Min ?? double.NegativeInfinity;
        _max = spec.Max ?? double.PositiveInfinity;
    }

    /// <summary>Which tools it is about.</summary>
    public NamePatterns Tools { get; }

    /// <summary>Which argument it is about.</summary>
    public string Path { get; }

    /// <summary>Compiles one; null, and what is wrong with it, when it cannot be.</summary>
    public static ArgumentRule? Compile(ArgumentSpec spec, out string? problem)
    {
        byte[][] names = Bytes(spec.Path.Split('.'));
        byte[][]? oneOf = spec.OneOf is null ? null : Bytes(spec.OneOf);
        problem = names.Length > PathNamesMax ? $"the path {spec.Path} has more than {PathNamesMax} names"
            : Array.Exists(names, static name => name.Length is 0 or > JsonMembers.NameBytesMax)
                ? $"a name in the path {spec.Path} is empty or longer than {JsonMembers.NameBytesMax} bytes"
            : oneOf is not null && Array.Exists(oneOf, static value => value.Length > OneOfBytesMax)
                ? $"a value for {spec.Path} is longer than {OneOfBytesMax} bytes"
            : spec.Min > spec.Max ? $"the range for {spec.Path} is empty"
            : null;
        TextPattern? pattern = problem is null && spec.Pattern is not null ? TextPattern.Compile(spec.Pattern, out problem) : null;
        return problem is null ? new ArgumentRule(spec, names, pattern, oneOf) : null;
    }

    /// <summary>Holds arguments to the rule.</summary>
    /// <param name="json">One JSON object whose grammar has been checked.</param>
    public ToolDenial Check(ReadOnlySpan<byte> json) => Follow(json, JsonScan.SkipSpace(json, 0), 0);

    /// <summary>Follows the path from the value at an offset; the depth of the recursion is that of the text, and bounded with it.</summary>
    private ToolDenial Follow(ReadOnlySpan<byte> json, int at, int depth)
    {
        if (json[at] == (byte)'[' && (depth < _names.Length || _kind != ArgumentKind.Array))
            return FollowEach(json, at, depth);
        if (depth == _names.Length)
            return Holds(json[at..JsonScan.ValueEnd(json, at)]) ? ToolDenial.None : ToolDenial.ArgumentRefused;

        int found = -1;
        JsonMembers members = new(json, at);
        while (members.Next())
        {
            NameMatch match = members.Match(_names[depth]);
            if (match == NameMatch.Other)
                continue;
            if (match == NameMatch.Resembling || found >= 0)
                return ToolDenial.ArgumentRepeated;
            found = members.ValueStart;
        }

        return found < 0 ? ToolDenial.ArgumentMissing : Follow(json, found, depth + 1);
    }

    private ToolDenial FollowEach(ReadOnlySpan<byte> json, int at, int depth)
    {
        ToolDenial denial = ToolDenial.ArgumentMissing;
        JsonItems items = new(json, at);
        while (items.Next())
        {
            denial = Follow(json, items.Start, depth);
            if (denial != ToolDenial.None)
                break;
        }

        return denial;
    }

    private bool Holds(ReadOnlySpan<byte> value) =>
        IsOfKind(value) && (!_hasRange || IsInRange(value)) && (_oneOf is null || IsOneOf(value)) && (_pattern is null || IsMatch(value));

    private bool IsOfKind(ReadOnlySpan<byte> value) => _kind switch
    {
        ArgumentKind.Any => true,
        ArgumentKind.String => value[0] == (byte)'"',
        ArgumentKind.Number => IsNumber(value),
        ArgumentKind.Integer => TryNumber(value, out double number) && Math.Floor(number) == number && double.IsFinite(number),
        ArgumentKind.Boolean => value[0] is (byte)'t' or (byte)'f',
        ArgumentKind.Object => value[0] == (byte)'{',
        ArgumentKind.Array => value[0] == (byte)'[',
        _ => value[0] == (byte)'n',
    };

    private bool IsInRange(ReadOnlySpan<byte> value) => TryNumber(value, out double number) && number >= _min && number <= _max;

    private bool IsMatch(ReadOnlySpan<byte> value) => value[0] == (byte)'"' && _pattern!.Matches(value[1..^1]);

    private bool IsOneOf(ReadOnlySpan<byte> value)
    {
        Span<byte> plain = stackalloc byte[OneOfBytesMax];
        bool isText = value[0] == (byte)'"';
        int written = 0;
        if (isText && !JsonText.TryUnescape(value[1..^1], plain, out written))
            return false;

        foreach (byte[] one in _oneOf!)
        {
            if (one.AsSpan().SequenceEqual(isText ? plain[..written] : value))
                return true;
        }

        return false;
    }

    private static bool TryNumber(ReadOnlySpan<byte> value, out double number)
    {
        number = 0;
        return IsNumber(value) && Utf8Parser.TryParse(value, out number, out int consumed) && consumed == value.Length;
    }

    private static bool IsNumber(ReadOnlySpan<byte> value) => value[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    private static byte[][] Bytes(IReadOnlyList<string> texts)
    {
        byte[][] bytes = new byte[texts.Count][];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Encoding.UTF8.GetBytes(texts[i]);
        return bytes;
    }
}

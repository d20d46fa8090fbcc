using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Fast.Proxy.Tests.Policies.Tools.Loops;

/// <summary>Makes values, and spells each in many ways: members shuffled, white space, escapes, numbers.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] s_texts = ["", "a", "key", "\"\\/", "ä€", "😀", "line\nbreak\t", "\u0001", "true", "1"];

    private readonly Random _random = new(seed);

    /// <summary>An object as a list of names and values; a value is one of these, a list, a text, a whole number of cents, a boolean or null.</summary>
    public List<KeyValuePair<string, object?>> Object(int depth)
    {
        List<KeyValuePair<string, object?>> members = [];
        for (int i = _random.Next(5); i > 0; i--)
            members.Add(new(s_texts[_random.Next(s_texts.Length)] + i, Value(depth + 1)));
        return members;
    }

    /// <summary>One way of writing a value.</summary>
    public string Spell(object? value)
    {
        StringBuilder text = new();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>Changes one member somewhere in an object.</summary>
    public List<KeyValuePair<string, object?>> Change(List<KeyValuePair<string, object?>> members)
    {
        List<KeyValuePair<string, object?>> changed = [.. members];
        if (changed.Count == 0 || _random.Next(4) == 0)
            return [.. changed, new("new", null)];

        int at = _random.Next(changed.Count);
        (string name, object? value) = changed[at];
        if (_random.Next(4) == 0)
            changed.RemoveAt(at);
        else
            changed[at] = new(name, value switch
            {
                List<KeyValuePair<string, object?>> inner => Change(inner),
                List<object?> list => new List<object?> { list },
                string one => one + "x",
                long number => number + 1,
                bool flag => !flag,
                _ => "null",
            });
        return changed;
    }

    private object? Value(int depth) => _random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => s_texts[_random.Next(s_texts.Length)],
        1 => _random.NextInt64(-100_000, 100_000) / (_random.Next(2) == 0 ? 1 : 1000),
        2 => _random.Next(2) == 0,
        3 => null,
        4 => Object(depth),
        _ => Enumerable.Range(0, _random.Next(4)).Select(_ => Value(depth + 1)).ToList(),
    };

    private void Write(StringBuilder text, object? value)
    {
        Space(text);
        switch (value)
        {
            case List<KeyValuePair<string, object?>> members:
                text.Append('{');
                KeyValuePair<string, object?>[] shuffled = [.. members];
                _random.Shuffle(shuffled);
                foreach ((string name, object? one) in shuffled)
                {
                    Space(text);
                    Quote(text, name);
                    Space(text);
                    text.Append(':');
                    Write(text, one);
                    text.Append(',');
                }

                Close(text, '}');
                break;
            case List<object?> list:
                text.Append('[');
                foreach (object? one in list)
                {
                    Write(text, one);
                    text.Append(',');
                }

                Close(text, ']');
                break;
            case string one:
                Quote(text, one);
                break;
            case long cents:
                text.Append(Number(cents));
                break;
            default:
                text.Append(value is bool flag ? flag ? "true" : "false" : "null");
                break;
        }

        Space(text);
    }

    private static void Close(StringBuilder text, char end)
    {
        if (text[^1] == ',')
            text.Length--;
        text.Append(end);
    }

    private void Space(StringBuilder text) => text.Append(_random.Next(6) switch { 0 => " ", 1 => "\n\t", _ => "" });

    private void Quote(StringBuilder text, string one)
    {
        text.Append('"');
        foreach (char unit in one)
        {
            // Either both halves of a pair are escaped, or none.
            bool must = unit is '"' or '\\' or < ' ' || char.IsSurrogate(unit);
            text.Append(must || _random.Next(3) == 0 ? $"\\u{(int)unit:x4}" : unit);
        }

        text.Append('"');
    }

    /// <summary>A number of hundredths, in one of the spellings it has.</summary>
    private string Number(long cents)
    {
        string sign = cents < 0 || (cents == 0 && _random.Next(2) == 0) ? "-" : "";
        string digits = Math.Abs(cents).ToString("D3");
        return sign + _random.Next(5) switch
        {
            0 => $"{digits[..^2]}.{digits[^2..]}",
            1 => $"{digits[..^2]}.{digits[^2..]}000E+0",
            2 => $"{Math.Abs(cents)}e-2",
            3 => $"0.00{digits}e{digits.Length}",
            _ => $"{Math.Abs(cents)}00.0e-04",
        };
    }
}

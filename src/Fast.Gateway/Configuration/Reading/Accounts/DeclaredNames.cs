using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>The names of the organisations, or of the teams: which were declared, and which of them something belongs to.</summary>
/// <param name="context">Where problems go.</param>
/// <param name="kind">What is named: <c>team</c>, which is also the member that names one.</param>
internal sealed class DeclaredNames(ReadingContext context, string kind)
{
    /// <summary>Longest name of an account, in bytes. A longer one is refused.</summary>
    public const int NameBytesMax = 128;

    private readonly Dictionary<string, ScalarNode> _declared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Whether a text can name an account.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax && !name.Any(char.IsControl);

    /// <summary>Takes a name that was declared, and what is wrong with it.</summary>
    public Located<string> Declare(ScalarNode name)
    {
        if (!IsName(name.Text))
            context.Problem(name, $"{kind}: a name is 1 to {NameBytesMax} bytes long, without control characters");
        _declared[name.Text] = name;
        return new Located<string>(name.Text, name.Line, name.Column);
    }

    /// <summary>Reads the member that says where something belongs to.</summary>
    /// <returns>Null when it was not written, or names nothing that was declared; the problem is then recorded.</returns>
    public Located<string>? Use(Members members)
    {
        if (!members.TryText(context, kind, out TextValue text))
            return null;

        if (_declared.ContainsKey(text.Value))
        {
            _used.Add(text.Value);
            return new Located<string>(text.Value, text.Line, text.Column);
        }

        string guess = _declared.Count == 0 ? $"; `{kind}s` declares none" : NearestName.Suggest(text.Written, _declared.Keys);
        context.Problem(text, $"unknown {kind} {text.Shown}{guess}");
        return null;
    }

    /// <summary>Says which of the declared nothing belongs to.</summary>
    public void NoticeUnused()
    {
        foreach ((string name, ScalarNode at) in _declared)
        {
            if (!_used.Contains(name))
                context.Notice($"{kind} {Quote.Text(name)} at line {at.Line} is not used: nothing in the file belongs to it");
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Yaml;

namespace Fast.Gateway.Configuration.Reading.Accounts;

/// <summary>Reads the <c>models</c> of an account.</summary>
internal sealed class ModelPatterns
{
    private readonly ReadingContext _context;
    private readonly ProviderSet _providers;
    private readonly HashSet<string> _models;

    /// <summary>Prepares to read lists that may name these providers and models.</summary>
    public ModelPatterns(ReadingContext context, ProviderSet providers, IEnumerable<string> models)
    {
        _context = context;
        _providers = providers;
        _models = new HashSet<string>(models, StringComparer.Ordinal);
    }

    /// <summary>Reads the list.</summary>
    /// <param name="members">The account.</param>
    /// <param name="what">What the account is, for messages: <c>a key</c>.</param>
    /// <returns>Null when it was not written.</returns>
    public IReadOnlyList<Located<string>>? Read(Members members, string what)
    {
        if (!members.TryGet("models", out YamlNode? node))
            return null;

        List<Located<string>> patterns = [];
        // Nothing written must not come to mean everything allowed.
        if (node is not ListNode { Items.Count: > 0 } list)
        {
            _context.Problem(node, $"the `models` of {what} takes a list of names and patterns; leave it out to allow all");
            return patterns;
        }

        foreach (YamlNode item in list.Items)
        {
            if (_context.TryText(item, "an entry of `models`", out TextValue text) && IsPattern(text))
                patterns.Add(new Located<string>(text.Value, text.Line, text.Column));
        }

        return patterns;
    }

    private bool IsPattern(TextValue text)
    {
        int star = text.Value.IndexOf('*');
        if (star >= 0 && star != text.Value.Length - 1)
        {
            _context.Problem(text, $"{text.Shown}: `*` may stand only at the end of a pattern");
            return false;
        }

        bool matches = star < 0 ? MatchesExactly(text.Value) : MatchesPrefix(text.Value[..star]);
        if (!matches)
            _context.Problem(text, $"{text.Shown} matches no model and no provider{Suggestion(text)}");
        return matches;
    }

    private bool MatchesExactly(string name)
    {
        int slash = name.IndexOf('/');
        return _models.Contains(name)
            || (slash > 0 && slash < name.Length - 1 && _providers.Has(name[..slash]));
    }

    // A provider's models are not known here, so a prefix that goes beyond `provider/` is taken to match some of them.
    private bool MatchesPrefix(string prefix) =>
        prefix.Length == 0
        || _models.Any(model => model.StartsWith(prefix, StringComparison.Ordinal))
        || _providers.Names.Any(name => (name + "/").StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(name + "/", StringComparison.Ordinal));

    private string Suggestion(TextValue text) =>
        NearestName.Suggest(text.Written, _models.Concat(_providers.Names.Select(name => name + "/*")));
}

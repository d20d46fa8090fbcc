using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Proxy.Providers;

namespace Fast.Gateway.Configuration.Reading;

/// <summary>The providers of a configuration, and the names that were declared even where the declaration was wrong.</summary>
internal sealed class ProviderSet
{
    private readonly List<ProviderDocument> _documents = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The providers that can be used.</summary>
    public IReadOnlyList<ProviderDocument> Documents => _documents;

    /// <summary>Every declared name. A target of a wrongly declared provider is not a second problem.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Whether a provider of that name was declared.</summary>
    public bool Has(string name) => _names.Contains(name);

    /// <summary>Adds a provider; null when only its name is known because the rest was wrong.</summary>
    public void Add(string name, ProviderDocument? document)
    {
        _names.Add(name);
        if (document is not null)
            _documents.Add(document);
    }

    /// <summary>Splits <c>provider/model</c> and checks that the provider was declared; otherwise records why not.</summary>
    public TargetDocument? Target(ReadingContext context, TextValue text)
    {
        int slash = text.Value.IndexOf('/');
        if (slash <= 0 || slash == text.Value.Length - 1)
        {
            context.Problem(text, $"{text.Shown} is not a target; write it as `provider/model`");
            return null;
        }

        string provider = text.Value[..slash];
        string model = text.Value[(slash + 1)..];
        if (!ModelsReader.IsModelName(model))
        {
            context.Problem(text, $"{text.Shown}: {ModelsReader.NameRule}");
            return null;
        }

        if (Has(provider))
            return new TargetDocument(provider, model, text.Line, text.Column);

        context.Problem(text, Unknown(provider));
        return null;
    }

    private string Unknown(string provider)
    {
        string start = $"unknown provider {Quote.Text(provider)}";
        if (NearestName.TryFind(provider, _names, out string nearest))
            return $"{start}; did you mean `{nearest}`?";
        if (ProviderTable.TryFind(provider, out _))
            return $"provider `{provider}` is known to Fast but not configured; add it to `providers`";
        if (NearestName.TryFind(provider, ProviderTable.Rows.Select(row => row.Name), out nearest))
            return $"{start}; did you mean `{nearest}`, which would have to be added to `providers`?";
        return start + NearestName.Suggest(provider, _names);
    }
}

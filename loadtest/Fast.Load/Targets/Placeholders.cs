using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Fast.Load.Targets;

/// <summary>Fills in what only a run knows: `${PORT}` and its like. Any other `$` stays as it is.</summary>
internal sealed partial class Placeholders
{
    public const string Model = "MODEL";

    /// <summary>What may stand in a file. The last three are the names under which the scenarios ask the provider.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["PORT", "UPSTREAM_PORT", "DIR", "HERE", Model, "MODEL_PLAIN", "MODEL_STREAM", "MODEL_HANG"];

    private readonly Dictionary<string, string> _values;

    public Placeholders(IEnumerable<(string Name, string Value)> values) =>
        _values = values.ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal);

    public string Fill(string text) =>
        Placeholder().Replace(text, match => _values.TryGetValue(match.Groups[1].Value, out string? value) ? value : match.Value);

    public IReadOnlyList<string> Fill(IEnumerable<string> texts) => [.. texts.Select(Fill)];

    public IReadOnlyList<(string Name, string Value)> Fill(IEnumerable<(string Name, string Value)> pairs) =>
        [.. pairs.Select(pair => (pair.Name, Fill(pair.Value)))];

    /// <summary>The first placeholder that stands for nothing.</summary>
    public static string? FindUnknown(string text) => Placeholder().Matches(text)
        .Select(static match => match.Groups[1].Value)
        .FirstOrDefault(static name => !Names.Contains(name, StringComparer.Ordinal));

    // Upper case only: configurations of others have their own ${lower_case}.
    [GeneratedRegex(@"\$\{([A-Z][A-Z_]*)\}")]
    private static partial Regex Placeholder();
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Fast.Gateway.Tests.Telemetry;

/// <summary>
/// Reads Prometheus' text format 0.0.4 as strictly as its description allows: one HELP, one TYPE and the samples of each family together,
/// names of the allowed characters, no sample twice, buckets that add up.
/// </summary>
internal sealed partial class ExpositionText
{
    private readonly Dictionary<string, decimal> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private string _family = "";
    private bool _typed;

    public ExpositionText(string text)
    {
        if (!text.EndsWith('\n') || text.Contains('\r', StringComparison.Ordinal))
            throw new FormatException("The text ends with a newline and has no other line ends.");

        foreach (string line in text[..^1].Split('\n'))
            Read(line);
        foreach ((string family, string type) in _types)
        {
            if (type == "histogram")
                CheckBuckets(family);
        }
    }

    /// <summary>The type of each family.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>The value of each sample, by its name and labels as they are written.</summary>
    public IReadOnlyDictionary<string, decimal> Samples => _samples;

    /// <summary>The value of a sample; 0 when it is not there.</summary>
    public decimal Of(string sample) => _samples.GetValueOrDefault(sample);

    /// <summary>The values of all samples of a family, added up.</summary>
    public decimal Sum(string family) => _samples.Where(one => one.Key.Split('{')[0] == family).Sum(static one => one.Value);

    private void Read(string line)
    {
        if (Help().Match(line) is { Success: true } help)
        {
            _family = help.Groups[1].Value;
            _typed = false;
            return;
        }

        if (Type().Match(line) is { Success: true } type)
        {
            if (type.Groups[1].Value != _family || _typed || !_types.TryAdd(_family, type.Groups[2].Value))
                throw new FormatException($"A TYPE stands behind the HELP of its family, and once: {line}");
            _typed = true;
            return;
        }

        Match sample = Sample().Match(line);
        string name = sample.Groups[1].Value;
        if (!sample.Success || !_typed || !IsOfFamily(name))
            throw new FormatException($"Not a sample of {_family}: {line}");
        if (!_samples.TryAdd(name + sample.Groups[2].Value, decimal.Parse(sample.Groups[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture)))
            throw new FormatException($"A second time: {line}");
    }

    private bool IsOfFamily(string name) => _types[_family] switch
    {
        "histogram" => name == _family + "_bucket" || name == _family + "_sum" || name == _family + "_count",
        "counter" => name == _family && name.EndsWith("_total", StringComparison.Ordinal),
        _ => name == _family && !name.EndsWith("_total", StringComparison.Ordinal),
    };

    private void CheckBuckets(string family)
    {
        decimal lastBound = decimal.MinValue;
        decimal last = 0;
        foreach ((string sample, decimal count) in _samples.Where(one => one.Key.StartsWith(family + "_bucket{le=\"", StringComparison.Ordinal)))
        {
            string bound = sample[(family.Length + "_bucket{le=\"".Length)..^2];
            decimal value = bound == "+Inf" ? decimal.MaxValue : decimal.Parse(bound, CultureInfo.InvariantCulture);
            if (value <= lastBound || count < last)
                throw new FormatException($"Bounds rise and counts do not fall: {sample}");
            (lastBound, last) = (value, count);
        }

        if (lastBound != decimal.MaxValue || last != _samples[family + "_count"] || !_samples.ContainsKey(family + "_sum"))
            throw new FormatException($"The last bucket of {family} holds all that was counted, and there is a sum.");
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*")*\})? (-?[0-9]+(?:\.[0-9]+)?)$""")]
    private static partial Regex Sample();
}

using System;
using System.Collections.Generic;
using System.Globalization;

namespace Fast.Proxy.Accounting.Prices;

/// <summary>
/// The names under which a model may stand in a price list, the one it was asked by first. What a provider puts before a name, and a
/// date after it, may be cut off; anything else (<c>:free</c>, <c>@001</c>, <c>-preview</c>) may be another model, and is not.
/// </summary>
internal static class PricedNames
{
    /// <summary>Most prefixes that one name may carry: the longest known is a resource name around a region around a model.</summary>
    private const int PrefixesMax = 3;

    private static readonly (string Provider, string Prefix)[] s_prefixes =
    [
        ("gemini", "models/"),
        ("vertex", "publishers/google/models/"),
        ("vertex", "publishers/anthropic/models/"),
        ("vertex", "google/"),
        ("vertex", "anthropic/"),
        ("fireworks", "accounts/fireworks/models/"),
        // A region's own price stands in the list under the name with its prefix, which is looked for first.
        ("bedrock", "us."),
        ("bedrock", "eu."),
        ("bedrock", "apac."),
        ("bedrock", "jp."),
        ("bedrock", "au."),
        ("bedrock", "global."),
    ];

    private static readonly string[] s_bedrockResources = [":foundation-model/", ":inference-profile/"];

    /// <summary>All names of a model, the most exact one first.</summary>
    public static List<string> Of(string provider, string model)
    {
        List<string> names = [model];
        for (int i = 0; i < PrefixesMax && TryCutPrefix(provider, names[^1], out string shorter); i++)
            names.Add(shorter);
        if (TryCutOwner(provider, model, out string tuned))
            names.Add(tuned);

        int whole = names.Count;
        for (int i = 0; i < whole; i++)
        {
            if (TryCutDate(names[i], out string undated))
                names.Add(undated);
        }

        return names;
    }

    private static bool TryCutPrefix(string provider, string name, out string shorter)
    {
        foreach ((string owner, string prefix) in s_prefixes)
        {
            if (owner == provider && name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                shorter = name[prefix.Length..];
                return true;
            }
        }

        shorter = name;
        return provider == "bedrock" && name.StartsWith("arn:", StringComparison.Ordinal) && TryCutResource(name, out shorter);
    }

    private static bool TryCutResource(string name, out string shorter)
    {
        foreach (string resource in s_bedrockResources)
        {
            int at = name.IndexOf(resource, StringComparison.Ordinal);
            if (at > 0)
            {
                shorter = name[(at + resource.Length)..];
                return true;
            }
        }

        shorter = name;
        return false;
    }

    // OpenAI calls a tuned model ft:BASE:ORGANISATION:SUFFIX:ID and prices it by its base.
    private static bool TryCutOwner(string provider, string name, out string tuned)
    {
        int end = provider == "openai" && name.StartsWith("ft:", StringComparison.Ordinal) ? name.IndexOf(':', 3) : -1;
        tuned = end > 3 ? name[..end] : name;
        return end > 3;
    }

    private static bool TryCutDate(string name, out string undated)
    {
        undated = name;
        if (EndsInDate(name, '-', "yyyy-MM-dd"))
            undated = name[..^11];
        else if (EndsInDate(name, '-', "yyyyMMdd") || EndsInDate(name, '@', "yyyyMMdd"))
            undated = name[..^9];
        return undated.Length < name.Length;
    }

    private static bool EndsInDate(string name, char before, string format)
    {
        int at = name.Length - format.Length - 1;
        return at > 0 && name[at] == before
            && DateOnly.TryParseExact(name.AsSpan(at + 1), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            && date.Year is >= 2020 and < 2100;
    }
}

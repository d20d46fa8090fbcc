using System;
using System.Text;

namespace Fast.Proxy.Upstream;

/// <summary>Which fields of a caller's query go upstream: all but those by which some clients send a key, which is the caller's own.</summary>
internal static class QueryFields
{
    private static readonly string[] s_keys = ["key", "api_key", "api-key", "apikey", "access_token", "token"];

    /// <summary>The query without such fields, every other byte of it as it was.</summary>
    /// <param name="query">With its question mark.</param>
    public static string WithoutKeys(string query)
    {
        StringBuilder kept = new(query.Length);
        foreach (Range range in query.AsSpan(1).Split('&'))
        {
            ReadOnlySpan<char> field = query.AsSpan(1)[range];
            if (!CarriesKey(field))
                kept.Append(kept.Length == 0 ? '?' : '&').Append(field);
        }

        return kept.ToString();
    }

    private static bool CarriesKey(ReadOnlySpan<char> field)
    {
        int equals = field.IndexOf('=');
        string name = Uri.UnescapeDataString((equals < 0 ? field : field[..equals]).ToString());
        foreach (string key in s_keys)
        {
            if (string.Equals(name, key, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}

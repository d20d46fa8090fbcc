using System;
using System.Collections.Generic;

namespace Fast.Proxy.Providers;

/// <summary>The header in which a provider expects its key.</summary>
public enum CredentialStyle
{
    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    Bearer,

    /// <summary><c>api-key: KEY</c>, as Azure OpenAI takes it.</summary>
    ApiKeyHeader,

    /// <summary><c>x-api-key: KEY</c>, as Anthropic takes it.</summary>
    XApiKey,

    /// <summary><c>x-goog-api-key: KEY</c>, as Gemini takes it.</summary>
    XGoogApiKey,

    /// <summary>No credential is sent.</summary>
    None,
}

/// <summary>How credential styles are spelled in the configuration file.</summary>
public static class CredentialStyleNames
{
    private static readonly string[] s_names = ["bearer", "api-key", "x-api-key", "x-goog-api-key", "none"];

    /// <summary>Every spelling, in the order of <see cref="CredentialStyle"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Finds a style by its exact spelling.</summary>
    /// <returns>False when no style is spelled so.</returns>
    public static bool TryParse(string name, out CredentialStyle style)
    {
        int index = Array.IndexOf(s_names, name);
        style = index < 0 ? CredentialStyle.None : (CredentialStyle)index;
        return index >= 0;
    }
}

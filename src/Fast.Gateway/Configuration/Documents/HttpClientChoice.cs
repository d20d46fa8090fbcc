using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>What asks providers in plain text. TLS and HTTP/2 are always the framework's.</summary>
public enum HttpClientChoice
{
    /// <summary>Fast's own HTTP/1.1 client.</summary>
    Own,

    /// <summary>The framework's, for whoever suspects Fast's own.</summary>
    Framework,
}

/// <summary>The choices as they are written.</summary>
public static class HttpClientChoiceNames
{
    private static readonly string[] s_names = ["own", "framework"];

    /// <summary>Every name, in the order of <see cref="HttpClientChoice"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out HttpClientChoice choice)
    {
        int at = Array.IndexOf(s_names, name);
        choice = (HttpClientChoice)Math.Max(at, 0);
        return at >= 0;
    }
}

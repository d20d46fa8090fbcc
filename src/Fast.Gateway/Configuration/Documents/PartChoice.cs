using System;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration.Documents;

/// <summary>Whose part does the work in plain text. TLS and HTTP/2 are always the framework's.</summary>
public enum PartChoice
{
    /// <summary>Fast's own.</summary>
    Own,

    /// <summary>The framework's, for whoever suspects Fast's own.</summary>
    Framework,
}

/// <summary>The choices as they are written.</summary>
public static class PartChoiceNames
{
    private static readonly string[] s_names = ["own", "framework"];

    /// <summary>Every name, in the order of <see cref="PartChoice"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, out PartChoice choice)
    {
        int at = Array.IndexOf(s_names, name);
        choice = (PartChoice)Math.Max(at, 0);
        return at >= 0;
    }
}

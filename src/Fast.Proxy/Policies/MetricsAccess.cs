using System;
using System.Collections.Generic;

namespace Fast.Proxy.Policies;

/// <summary>Who may read <c>/metrics</c>.</summary>
public enum MetricsAccess : byte
{
    /// <summary>Callers on this machine that no web page and no proxy sent.</summary>
    Local,

    /// <summary>Whoever reaches Fast.</summary>
    All,

    /// <summary>Nobody: there is no such path.</summary>
    Off,
}

/// <summary>How the choices of <see cref="MetricsAccess"/> are spelled in the configuration file.</summary>
public static class MetricsAccessNames
{
    private static readonly string[] s_names = ["local", "all", "off"];

    /// <summary>Every spelling, in the order of <see cref="MetricsAccess"/>.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>Finds a choice by its exact spelling.</summary>
    /// <returns>False when nothing is spelled so.</returns>
    public static bool TryParse(string name, out MetricsAccess access)
    {
        int index = Array.IndexOf(s_names, name);
        access = index < 0 ? default : (MetricsAccess)index;
        return index >= 0;
    }
}

using System;
using System.Collections.Generic;

namespace Fast.Load.Provider.Scripts;

/// <summary>Tools that an answer calls because the model's name says so, e.g. `call-remove_file`, whether or not they were offered.</summary>
internal static class ForcedCalls
{
    private const string Prefix = "call-";

    /// <summary>Their names, joined by commas; null when the model's name says nothing of calls.</summary>
    public static string? Of(string model)
    {
        if (!model.Contains(Prefix, StringComparison.Ordinal))
            return null;
        List<string> names = [];
        foreach (string part in model.Split('+'))
        {
            if (part.StartsWith(Prefix, StringComparison.Ordinal) && part.Length > Prefix.Length)
                names.Add(part[Prefix.Length..]);
        }
        return names.Count > 0 ? string.Join(',', names) : null;
    }
}

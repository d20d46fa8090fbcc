using System;
using System.Collections;
using System.Collections.Generic;

namespace Fast.Gateway.Configuration;

/// <summary>The environment of this process as the readers take it, so that tests can give another one.</summary>
public static class ProcessEnvironment
{
    /// <summary>A copy of the environment variables as they are now.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value })
                variables[name] = value;
        }

        return variables;
    }
}

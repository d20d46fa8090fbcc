using System;
using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Documents;
using Xunit;

namespace Fast.Gateway.Tests.Configuration;

/// <summary>Reads configurations given as text, as the tests want to see them.</summary>
internal static class Yamls
{
    /// <summary>One provider that needs nothing from outside, for files that are about something else.</summary>
    public const string Local = "providers:\n  local: { dialect: openai, base_url: http://127.0.0.1:8000/v1 }\n";

    public static Dictionary<string, string> Variables(params string[] assignments) =>
        assignments.Select(one => one.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static ConfigurationResult Read(string yaml, params string[] variables) =>
        ConfigurationFile.ReadText("fast.yaml", yaml, Variables(variables));

    public static FastDocument Good(string yaml, params string[] variables)
    {
        ConfigurationResult result = Read(yaml, variables);
        Assert.Empty(result.Problems);
        return Assert.IsType<FastDocument>(result.Document);
    }

    /// <summary>Every problem as it prints, without the file's name: <c>12:5: message</c>.</summary>
    public static string[] Problems(string yaml, params string[] variables)
    {
        ConfigurationResult result = Read(yaml, variables);
        Assert.Equal(result.Problems.Count > 0, result.Document is null);
        return [.. result.Problems.Select(problem => problem.ToString()["fast.yaml:".Length..].TrimStart())];
    }

    /// <summary>The only problem of a file.</summary>
    public static string Problem(string yaml, params string[] variables) => Assert.Single(Problems(yaml, variables));
}

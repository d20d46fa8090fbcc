using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Dialects;
using Fast.Proxy.Providers;
using Xunit;

namespace Fast.Gateway.Tests.Configuration;

/// <summary>Holds docs/configuration.md to what the readers do.</summary>
public sealed class DocumentationTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Root(), "docs", "configuration.md"));

    public static TheoryData<string> Examples => [.. Blocks()];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_a_good_file(string yaml)
    {
        string[] variables = [.. ProviderTable.Rows.SelectMany(row => row.Variables).Select(name => name + "=sk-provider")];
        // The one file of the examples: secrets of a real deployment are not there to be read.
        string readable = yaml.Replace("file:/run/secrets/groq", "env:GROQ_API_KEY", StringComparison.Ordinal);
        Yamls.Good(readable, [.. variables, "TEAM_A_KEY=sk-team-a-1", "HOUSE_KEY=sk-house-1"]);
    }

    [Fact]
    public void The_defaults_shown_are_the_defaults()
    {
        string routing = Blocks().Single(block => block.StartsWith("routing:", StringComparison.Ordinal));
        string server = Blocks().Single(block => block.StartsWith("server:", StringComparison.Ordinal));
        Assert.Equal(TimeoutsDocument.Default with { FirstTokenWritten = true }, Yamls.Good(routing).Routing.Timeouts);
        Assert.Equal(ServerDocument.Default, Yamls.Good(server).Server);

        string runs = Blocks().Single(block => block.StartsWith("runs:", StringComparison.Ordinal));
        RunsDocument read = Yamls.Good(runs).Runs;
        Assert.Equal(RunsDocument.Default.Headers, read.Headers);
        Assert.Equal(RunsDocument.Default, read with { Headers = RunsDocument.Default.Headers });
    }

    [Fact]
    public void Every_known_provider_is_listed_as_it_is()
    {
        foreach (ProviderRow row in ProviderTable.Rows)
        {
            Assert.Contains($"`{row.Name}`", s_text, StringComparison.Ordinal);
            Assert.All(row.Variables, variable => Assert.Contains($"`{variable}`", s_text, StringComparison.Ordinal));
            if (DialectNames.IsSpoken(row.Dialect) && row.BaseUrl is not null)
                Assert.Contains($"| `{row.Name}` | `{row.BaseUrl}` |", s_text, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Blocks()
    {
        string[] parts = s_text.Split("```");
        for (int i = 1; i < parts.Length; i += 2)
        {
            bool isChecked = !parts[i - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal);
            if (isChecked && parts[i].StartsWith("yaml\n", StringComparison.Ordinal))
                yield return parts[i]["yaml\n".Length..];
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fast.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}

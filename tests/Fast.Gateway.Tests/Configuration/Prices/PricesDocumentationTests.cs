using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Prices;
using Fast.Gateway.Configuration.Reading;
using Fast.Gateway.Configuration.Yaml;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Prices;

/// <summary>Holds docs/prices.md to what the reader does.</summary>
public sealed class PricesDocumentationTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Root(), "docs", "prices.md"));

    [Fact]
    public void Every_example_is_a_good_section()
    {
        string[] blocks = [.. s_text.Split("```").Where(block => block.StartsWith("yaml\n", StringComparison.Ordinal))];
        Assert.Equal(2, blocks.Length);
        foreach (string block in blocks)
        {
            ProblemList problems = new("f");
            MapNode root = Assert.IsType<MapNode>(YamlTree.Load(block["yaml\n".Length..], problems));
            MapNode section = Assert.IsType<MapNode>(Assert.Single(root.Entries).Value);
            PricesDocument document = PricesReader.Read(new ReadingContext(problems, "/", new Dictionary<string, string>()), section);
            Assert.Empty(problems.InOrder());
            Assert.Equal(section.Entries.Count, document.Entries.Count);
        }
    }

    [Fact]
    public void Every_member_is_described() => Assert.All(
        [.. PriceDraft.Rates, .. PriceDraft.Pieces, .. PriceDraft.Kinds, "above", "flex", "priority", "context", "max_output", "reasons", "kind"],
        name => Assert.Contains($"`{name}`", s_text, StringComparison.Ordinal));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fast.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Prices;
using Fast.Gateway.Configuration.Reading;
using Fast.Gateway.Configuration.Yaml;
using Fast.Proxy.Accounting.Prices;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Prices;

/// <summary>Reads price lists given as text.</summary>
internal static class PriceTexts
{
    /// <summary>Reads the members of a <c>prices</c> section; problems as they print, without the file's name.</summary>
    public static (PricesDocument Document, string[] Problems) Read(string yaml, string folder = "/nowhere")
    {
        ProblemList problems = new("f");
        MapNode map = Assert.IsType<MapNode>(YamlTree.Load(yaml, problems));
        ReadingContext context = new(problems, folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["PRICE"] = "0.5" });
        PricesDocument document = PricesReader.Read(context, map);
        return (document, [.. problems.InOrder().Select(problem => problem.ToString()["f:".Length..])]);
    }

    /// <summary>Reads a good section.</summary>
    public static PricesDocument Good(string yaml)
    {
        (PricesDocument document, string[] problems) = Read(yaml);
        Assert.Empty(problems);
        return document;
    }

    /// <summary>The only price of a good section.</summary>
    public static ModelPrice Price(string yaml) => Assert.Single(Good(yaml).Entries).Value.Price;

    /// <summary>Imports a list of LiteLLM's; problems as they print, without the place, and notices after them.</summary>
    public static (IReadOnlyList<PriceEntry> Entries, string[] Problems) Import(byte[] json)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fast-prices-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "list.json"), json);
            (PricesDocument document, string[] problems) = Read("litellm_file: list.json\n", folder.FullName);
            Assert.All(problems, problem => Assert.StartsWith("1:15: `list.json`", problem, StringComparison.Ordinal));
            return (document.Imported, [.. problems.Select(problem => problem["1:15: `list.json`".Length..]), .. document.Notices]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

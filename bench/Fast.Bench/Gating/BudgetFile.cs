using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fast.Bench.Gating;

/// <summary>Reads <c>bench/budgets.json</c>: the name of each benchmark, and what it may cost.</summary>
internal static class BudgetFile
{
    /// <summary>Where it is, from the repository's root.</summary>
    public const string Path = "bench/budgets.json";

    /// <summary>Reads the file of the tree that this program was built from.</summary>
    public static Dictionary<string, Budget> Read()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, Path)))
            folder = folder.Parent;
        return folder is null
            ? throw new FileNotFoundException($"{Path} is not in any folder above the program.")
            : Parse(File.ReadAllText(System.IO.Path.Combine(folder.FullName, Path)));
    }

    /// <summary>Reads a text. A member it does not know and a name that stands twice are errors: each would be a budget that nobody holds.</summary>
    public static Dictionary<string, Budget> Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BudgetJson.Default.DictionaryStringBudget)
                ?? throw new InvalidDataException($"{Path} is null.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"{Path}: {wrong.Message}", wrong);
        }
    }
}

/// <summary>The shape of the file, for the serializer's generator.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Dictionary<string, Budget>))]
internal sealed partial class BudgetJson : JsonSerializerContext;

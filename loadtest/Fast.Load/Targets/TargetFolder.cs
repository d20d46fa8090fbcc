using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Load.Targets.Yaml;

namespace Fast.Load.Targets;

/// <summary>Finds the file of a target by its name.</summary>
internal static class TargetFolder
{
    private const string Usual = "loadtest/targets";

    /// <summary>Reads a target that is named as in the folder, or by the path of a file that ends in `.yaml`.</summary>
    /// <exception cref="InvalidDataException">There is no such target, or its file is wrong; the message names every place.</exception>
    public static TargetFile Load(string name, string? folder)
    {
        string path = name.EndsWith(".yaml", StringComparison.Ordinal) ? name : Path.Combine(folder ?? Find(), name + ".yaml");
        if (!File.Exists(path))
            throw new InvalidDataException($"there is no target `{name}`: {path} does not exist");
        List<YamlMistake> mistakes = [];
        string here = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return TargetReader.Read(File.ReadAllText(path), here, mistakes)
            ?? throw new InvalidDataException(string.Join('\n', mistakes.Select(mistake => mistake.In(path))));
    }

    private static string Find() => Upwards(Environment.CurrentDirectory) ?? Upwards(AppContext.BaseDirectory) ?? Usual;

    private static string? Upwards(string from)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, Usual);
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }
}

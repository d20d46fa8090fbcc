using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fast.Load.Targets.Yaml;

namespace Fast.Load.Targets;

/// <summary>Reads a target's file.</summary>
internal static class TargetReader
{
    private const int ReadySecondsMax = 600;
    private const int NameMax = 40;

    /// <summary>The target, or null with at least one mistake.</summary>
    public static TargetFile? Read(string text, string folder, List<YamlMistake> mistakes)
    {
        if (YamlFile.Read(text, mistakes) is not { } root)
            return null;
        YamlMembers members = YamlMembers.Of(root, "the file", mistakes);
        YamlMembers? request = members.Inner("request");
        TargetFile target = new()
        {
            Name = ReadName(members),
            Folder = folder,
            Requires = members.Texts("requires"),
            Prepare = members.Texts("prepare"),
            Start = members.Texts("start"),
            Environment = members.Pairs("env"),
            WorkingFolder = members.Text("cwd") ?? "${DIR}",
            Files = ReadFiles(members),
            Path = ReadPath(request, "path") ?? "/v1/chat/completions",
            Model = request?.Text("model") ?? "${MODEL}",
            Headers = request?.Pairs("headers") ?? [],
            ProcessNames = members.Texts("processes"),
            Version = members.Texts("version"),
            Binary = members.Text("binary"),
            Metrics = ReadMetrics(members),
        };
        request?.RefuseOthers();
        target = ReadReady(members, target);
        members.RefuseOthers();
        CheckPlaceholders(root, mistakes);
        return mistakes.Count == 0 ? target : null;
    }

    private static string ReadName(YamlMembers members)
    {
        string name = members.Need("name");
        if (name.Length > NameMax || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            members.Say(members.Find("name")!, $"`name` has to be at most {NameMax} letters, digits, `-`, `_` and `.`");
        return name;
    }

    private static string? ReadPath(YamlMembers? members, string name)
    {
        string? path = members?.Text(name);
        if (path is not null && (path[0] != '/' || path.Any(static c => c <= ' ')))
            members!.Say(members.Find(name)!, $"`{name}` has to start with `/` and hold no blanks");
        return path;
    }

    private static IReadOnlyList<(string, string)> ReadFiles(YamlMembers members)
    {
        IReadOnlyList<(string Name, string Value)> files = members.Pairs("files");
        foreach ((string name, _) in files.Where(static file => file.Name.Length == 0 || Path.GetFileName(file.Name) != file.Name))
            members.Say(members.Find("files")!, $"`{name}` has to be a plain file name: it is written to ${{DIR}}");
        return files;
    }

    private static TargetFile ReadReady(YamlMembers members, TargetFile target)
    {
        if (members.Inner("ready") is not { } ready)
            return target;
        string? path = ReadPath(ready, "path");
        double seconds = ready.Number("seconds") ?? target.ReadySeconds;
        if (seconds is <= 0 or > ReadySecondsMax)
            ready.Say(ready.Find("seconds")!, $"`seconds` has to be from 1 to {ReadySecondsMax}");
        ready.RefuseOthers();
        return target with { ReadyPath = path, ReadySeconds = (int)seconds };
    }

    private static TargetMetrics? ReadMetrics(YamlMembers members)
    {
        if (members.Inner("metrics") is not { } metrics)
            return null;
        string path = ReadPath(metrics, "path") ?? "/metrics";
        TargetMetrics read = new(path, metrics.Need("allocated_bytes"), metrics.Need("requests"));
        metrics.RefuseOthers();
        return read;
    }

    private static void CheckPlaceholders(YamlValue value, List<YamlMistake> mistakes)
    {
        switch (value)
        {
            case YamlScalar scalar when Placeholders.FindUnknown(scalar.Text) is { } unknown:
                string known = string.Join(", ", Placeholders.Names.Select(static name => $"${{{name}}}"));
                mistakes.Add(new YamlMistake(scalar.Line, scalar.Column, $"${{{unknown}}} stands for nothing; known are {known}"));
                break;
            case YamlList list:
                foreach (YamlValue item in list.Items)
                    CheckPlaceholders(item, mistakes);
                break;
            case YamlMap map:
                foreach ((_, YamlValue member) in map.Members)
                    CheckPlaceholders(member, mistakes);
                break;
        }
    }
}

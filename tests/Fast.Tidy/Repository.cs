using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Fast.Tidy;

/// <summary>The tree that this test was built from.</summary>
internal static class Repository
{
    private static readonly string[] s_skipped = ["artifacts", "bin", "obj", "node_modules", "publish", ".git", ".vs", ".idea"];

    /// <summary>The folder of <c>Fast.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file that people wrote.</summary>
    public static IReadOnlyList<SourceFile> Code { get; } =
    [
        .. Files().Where(static path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(static path => new SourceFile(path, Read(path))),
    ];

    /// <summary>The C# files under <c>src</c>.</summary>
    public static IEnumerable<SourceFile> Source => Under("src/");

    /// <summary>The C# files under a folder.</summary>
    public static IEnumerable<SourceFile> Under(string folder) =>
        Code.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Paths of all files, from the root, with slashes.</summary>
    public static IEnumerable<string> Files() => Walk(Root)
        .SelectMany(Directory.EnumerateFiles)
        .Where(static path => !s_skipped.Contains(Path.GetFileName(path)))
        .Select(Relative)
        .Order(StringComparer.Ordinal);

    /// <summary>Paths of the folders under <c>src</c> down to two levels, each with a slash at its end.</summary>
    public static IEnumerable<string> SourceFolders() => Walk(Path.Combine(Root, "src"))
        .Select(static folder => Relative(folder) + "/")
        .Where(static folder => folder.Count(static c => c == '/') is 2 or 3)
        .Order(StringComparer.Ordinal);

    /// <summary>The text of a file, or nothing where there is no such file.</summary>
    public static string Read(string path) => File.Exists(Path.Combine(Root, path)) ? File.ReadAllText(Path.Combine(Root, path)) : "";

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateDirectories(folder)
        .Where(static child => !s_skipped.Contains(Path.GetFileName(child)))
        .SelectMany(Walk)
        .Prepend(folder);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fast.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Fast.sln is not above the test.");
    }
}

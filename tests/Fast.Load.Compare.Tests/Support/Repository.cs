using System;
using System.IO;

namespace Fast.Load.Compare.Tests.Support;

/// <summary>Where the repository lies that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fast.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Fast.sln above {AppContext.BaseDirectory}.");
    }
}

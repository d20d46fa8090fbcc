using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Fast.Tidy;

/// <summary>
/// Nothing in the tree depends on where it was written: it names no registry, so that each user's own setting holds, and no folder of
/// somebody's machine.
/// </summary>
public sealed class ForeignTests
{
    // Composed, so that this file keeps the rule it tests.
    private static readonly string[] s_foreign =
    [
        .. new[] { "nuget", "npmjs", "pypi", "pythonhosted", "golang", "yarnpkg" }.Select(static host => "." + host + "."),
        .. new[] { "nuget", "npmjs", "pypi" }.Select(static host => host + ".org"),
        "npmjs" + ".com",
        "yarnpkg" + ".com",
        "crates" + ".io",
        "rubygems" + ".org",
        "/" + "work/",
        "/" + "root/.",
        "/" + "home/",
        "/" + "Users/",
    ];

    [Fact]
    public void No_file_names_a_registry_or_a_folder_of_one_machine() => Offences.AssertNone(
        from path in Repository.Files()
        let text = Repository.Read(path)
        where !text.Contains('\0', StringComparison.Ordinal)
        from offence in Find(path, text)
        select offence);

    [Fact]
    public void What_is_foreign_is_seen_with_its_line()
    {
        string text = string.Join('\n', s_foreign.Select(static needle => "x" + needle + "y"));
        Assert.Equal(s_foreign.Length, Find("a", text).Select(static offence => offence.Split(' ')[0]).Distinct().Count());
        Assert.Empty(Find("a", "https://api.example.com/v1 /usr/bin ./work /working/"));
    }

    private static IEnumerable<string> Find(string path, string text) =>
        from line in text.Split('\n').Index()
        from needle in s_foreign
        where line.Item.Contains(needle, StringComparison.Ordinal)
        select $"{path}:{line.Index + 1} contains {needle}";
}

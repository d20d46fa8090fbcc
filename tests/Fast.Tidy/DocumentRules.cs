using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Fast.Tidy;

/// <summary>What keeps the documents true.</summary>
internal static partial class DocumentRules
{
    private const string MapFence = "```codemap";

    /// <summary>Where the code map and the folders differ.</summary>
    public static IEnumerable<string> MapDifferences(string architecture, IReadOnlyCollection<string> folders)
    {
        string[] lines = architecture.Split('\n');
        int begin = Array.IndexOf(lines, MapFence);
        if (begin < 0)
            return [$"ARCHITECTURE.md has no block that starts with {MapFence}"];

        (int Line, Match Row)[] rows =
        [
            .. lines.Index().Skip(begin + 1).TakeWhile(static line => line.Item != "```")
                .Where(static line => line.Item.Trim().Length > 0)
                .Select(static line => (line.Index + 1, MapRow().Match(line.Item))),
        ];
        string[] listed = [.. rows.Where(static row => row.Row.Success).Select(static row => row.Row.Groups[1].Value)];
        return rows.Where(static row => !row.Row.Success).Select(static row => $"ARCHITECTURE.md:{row.Line} is not 'path/  what'")
            .Concat(folders.Except(listed).Select(static folder => $"{folder} is missing from ARCHITECTURE.md"))
            .Concat(listed.Except(folders).Select(static folder => $"ARCHITECTURE.md lists {folder}, which is not there"))
            .Concat(listed.CountBy(static folder => folder)
                .Where(static row => row.Value > 1)
                .Select(static row => $"ARCHITECTURE.md lists {row.Key} twice"));
    }

    /// <summary>What is wrong with one page under docs.</summary>
    public static IEnumerable<string> PageOffences(string path, string text, string readme)
    {
        int titles = Fence().Replace(text, "").Split('\n').Count(static line => line.StartsWith("# ", StringComparison.Ordinal));
        if (titles != 1)
            yield return $"{path} has {titles} titles; one line has to start with '# '";
        if (!Regex.IsMatch(readme, $@"\]\((\./)?{Regex.Escape(path)}(#[^)]*)?\)"))
            yield return $"{path} is not linked from README.md: write [words]({path}) there";
    }

    [GeneratedRegex(@"^(src/\S+/)\s{2,}\S.*$")]
    private static partial Regex MapRow();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}

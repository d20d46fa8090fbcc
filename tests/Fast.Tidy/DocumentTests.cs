using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Fast.Tidy;

public sealed class DocumentTests
{
    private static readonly string[] s_folders = ["src/A/", "src/A/B/"];

    [Fact]
    public void Code_map_and_folders_agree() =>
        Offences.AssertNone(DocumentRules.MapDifferences(Repository.Read("ARCHITECTURE.md"), [.. Repository.SourceFolders()]));

    [Fact]
    public void Every_page_has_one_title_and_is_linked_from_the_readme() => Offences.AssertNone(
        from path in Pages()
        from offence in DocumentRules.PageOffences(path, Repository.Read(path), Repository.Read("README.md"))
        select offence);

    [Fact]
    public void There_are_pages_and_folders_to_look_at()
    {
        Assert.Contains("docs/configuration.md", Pages());
        Assert.Contains("src/Fast.Wire/", Repository.SourceFolders());
        Assert.Contains("src/Fast.Wire/Http1/", Repository.SourceFolders());
        Assert.DoesNotContain("src/Fast.Proxy/Dialects/OpenAi/", Repository.SourceFolders());
    }

    [Fact]
    public void A_map_that_lists_each_folder_with_its_purpose_is_right() =>
        Assert.Empty(DocumentRules.MapDifferences("# T\n```codemap\nsrc/A/    words\n\nsrc/A/B/  more words\n```\nsrc/C/  no\n", s_folders));

    [Theory]
    [InlineData("# T\n")]
    [InlineData("```codemap\nsrc/A/  x\n```\n")]
    [InlineData("```codemap\nsrc/A/  x\nsrc/A/B/  x\nsrc/C/  x\n```\n")]
    [InlineData("```codemap\nsrc/A/  x\nsrc/A/B/  x\nsrc/A/B/  x\n```\n")]
    [InlineData("```codemap\nsrc/A/  x\nsrc/A/B/  x\nwords\n```\n")]
    [InlineData("```codemap\nsrc/A/  x\nsrc/A/B/\n```\n")]
    public void A_map_that_differs_is_seen(string map) => Assert.NotEmpty(DocumentRules.MapDifferences(map, s_folders));

    [Theory]
    [InlineData("# T\n\n## S\n```sh\n# comment\n```\n", "See [t](docs/t.md).", 0)]
    [InlineData("# T\n", "See [t](./docs/t.md#s).", 0)]
    [InlineData("# T\n", "See docs/t.md and [t](docs/tt.md).", 1)]
    [InlineData("T\n", "[t](docs/t.md)", 1)]
    [InlineData("# T\n# U\n", "", 2)]
    public void A_page_without_title_or_link_is_seen(string page, string readme, int offences) =>
        Assert.Equal(offences, DocumentRules.PageOffences("docs/t.md", page, readme).Count());

    private static IEnumerable<string> Pages() => Repository.Files().Where(static path =>
        path.StartsWith("docs/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal) && path.LastIndexOf('/') == 4);
}

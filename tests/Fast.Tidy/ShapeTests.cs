using System;
using System.Linq;
using Xunit;

namespace Fast.Tidy;

public sealed class ShapeTests
{
    private static readonly string[] s_texts = [".csproj", ".props", ".targets", ".mjs", ".sh", ".yaml", ".yml", "Dockerfile"];

    [Fact]
    public void Files_stay_short() => Offences.AssertNone(ShapeRules.LongFiles(Repository.Code));

    [Fact]
    public void Functions_stay_short() => Offences.AssertNone(ShapeRules.LongFunctions(Repository.Code));

    [Fact]
    public void Folders_stay_small() => Offences.AssertNone(ShapeRules.FullFolders(Repository.Source));

    [Fact]
    public void Type_names_say_what_a_type_is() => Offences.AssertNone(ShapeRules.EmptyNames(Repository.Source));

    [Fact]
    public void Comments_promise_nothing() => Offences.AssertNone(
        ShapeRules.Promises(Repository.Code).Concat(
            from path in Repository.Files()
            where s_texts.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))
            from offence in ShapeRules.PromisesOutsideCode(path, Repository.Read(path))
            select offence));

    [Fact]
    public void The_rules_about_size_see_what_is_too_large()
    {
        string lines = string.Concat(Enumerable.Repeat("        ;\n", 60));
        SourceFile function = new("src/A.cs", $"class A\n{{\n    [X]\n    void M()\n    {{\n{lines}    }}\n}}\n");
        Assert.Equal(["src/A.cs:3 has a function of 63 lines; 60 is the most"], ShapeRules.LongFunctions([function]));
        Assert.Empty(ShapeRules.LongFunctions([new("src/A.cs", function.Text.Replace(lines, lines[50..], StringComparison.Ordinal))]));

        Assert.Single(ShapeRules.LongFiles([new("src/A.cs", new string('\n', 401))]));
        Assert.Empty(ShapeRules.LongFiles([new("src/A.cs", new string('\n', 400))]));

        SourceFile[] files = [.. Enumerable.Range(0, 16).Select(static i => new SourceFile($"src/F/{i}.cs", ""))];
        Assert.Equal(["src/F/ has 16 files; 15 is the most"], ShapeRules.FullFolders(files));
        Assert.Empty(ShapeRules.FullFolders(files[1..]));
    }

    [Theory]
    [InlineData("class KeyManager;")]
    [InlineData("static class StringUtils;")]
    [InlineData("record struct UserInfo;")]
    [InlineData("interface IKeyService;")]
    [InlineData("enum PathHelper { A }")]
    [InlineData("delegate void LineProcessor();")]
    [InlineData("class A { struct RowData; }")]
    public void The_rule_about_names_sees_empty_ones(string code) => Assert.Single(ShapeRules.EmptyNames([new("src/A.cs", code)]));

    [Fact]
    public void The_rule_about_names_leaves_other_ones() =>
        Assert.Empty(ShapeRules.EmptyNames([new("src/A.cs", "class KestrelServices { int UserInfo; void ReadData() { } }")]));

    [Fact]
    public void The_rule_about_promises_sees_every_kind_of_comment_and_no_text()
    {
        // Composed, so that this file keeps the rule it tests.
        string word = "TO" + "DO";
        string code = $"class A\n{{\n// {word}: x\nstring _a = \"{word}\"; /* a\n {word} */\n/// <summary>{word}</summary>\nint _b;\n}}\n";
        Assert.Equal([3, 5, 6], ShapeRules.Promises([new("A.cs", code)]).Select(static offence => offence[5] - '0').Distinct().Order());
        Assert.Equal(["a.sh:2 " + word], ShapeRules.PromisesOutsideCode("a.sh", $"x\n# {word}\n{word}X\n"));
    }
}

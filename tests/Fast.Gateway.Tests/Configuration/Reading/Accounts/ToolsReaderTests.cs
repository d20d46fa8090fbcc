using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class ToolsReaderTests
{
    private static readonly string s_longName = new('x', 128);

    [Fact]
    public void Lists_and_mode_are_read()
    {
        ToolsDocument tools = Read("allow: [read_file, 'fs/*', '*'], deny: [rm], mode: strip");
        Assert.Equal(["read_file", "fs/*", "*"], tools.Allow!.Select(pattern => pattern.Value));
        Assert.Equal(new Located<string>("read_file", 4, 20), tools.Allow![0]);
        Assert.Equal(["rm"], tools.Deny.Select(pattern => pattern.Value));
        Assert.Equal(ToolsMode.Strip, tools.Mode);
        Assert.Empty(tools.Arguments);
    }

    [Fact]
    public void No_list_allows_all_and_an_empty_one_none()
    {
        ToolsDocument tools = Read("");
        Assert.Null(tools.Allow);
        Assert.Empty(tools.Deny);
        Assert.Equal(ToolsMode.Refuse, tools.Mode);
        Assert.Empty(Read("allow: []").Allow!);
        Assert.Null(Accounts.Good("models: [chat]").Tools);
    }

    [Theory]
    [InlineData("refuse", ToolsMode.Refuse)]
    [InlineData("strip", ToolsMode.Strip)]
    [InlineData("warn", ToolsMode.Warn)]
    public void A_mode_is_read(string name, ToolsMode mode) => Assert.Equal(mode, Read($"mode: {name}").Mode);

    [Theory]
    [InlineData("allow: ", "4:20: `allow` takes a list of tools and patterns, not nothing")]
    [InlineData("allow: read_file", "4:19: `allow` takes a list of tools and patterns, not one value")]
    [InlineData("deny: { rm: }", "4:18: `deny` takes a list of tools and patterns, not a mapping")]
    [InlineData("allow: ['*_file']", "4:20: `*_file`: `*` may stand only at the end of a pattern")]
    [InlineData("deny: ['f*s*']", "4:19: `f*s*`: `*` may stand only at the end of a pattern")]
    [InlineData("allow: ['']", "4:20: an entry of `allow` has no value")]
    [InlineData("allow: [\"a\\tb\"]", "4:20: `a?b`: a tool's name is 1 to 128 bytes long, without control characters")]
    [InlineData("allow: [[a]]", "4:20: an entry of `allow` takes one value, not a list")]
    [InlineData("mode: stripe", "4:18: unknown `mode` `stripe`; did you mean `strip`?")]
    [InlineData("mode: off", "4:18: unknown `mode` `off`; known here: `refuse`, `strip`, `warn`")]
    [InlineData("dny: [rm]", "4:12: unknown member `dny` in `tools`; did you mean `deny`?")]
    [InlineData("arguments: read_file", "4:23: `arguments` takes tools and their rules (`tool: { path: rule }`), not one value")]
    [InlineData("arguments: { 'a*b': { x: y } }", "4:25: `a*b`: `*` may stand only at the end of a pattern")]
    [InlineData("arguments: { a: }", "4:28: the arguments of `a` take paths and rules (`path: rule`)")]
    [InlineData("arguments: { a: {} }", "4:28: the arguments of `a` take paths and rules (`path: rule`)")]
    [InlineData("arguments: { a: { x: y }, a: { x: z } }", "4:38: `a` is already set at line 4")]
    public void A_wrong_rule_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Accounts.Problem($"tools: {{ {yaml} }}"));

    [Fact]
    public void Names_and_lists_have_a_longest()
    {
        Assert.Equal(s_longName, Assert.Single(Read($"allow: [{s_longName}]").Allow!).Value);
        Assert.EndsWith(": a tool's name is 1 to 128 bytes long, without control characters",
            Accounts.Problem($"tools: {{ deny: [{s_longName}x] }}"), System.StringComparison.Ordinal);
        Assert.Equal(1024, Read($"allow: [{Accounts.Many(1024, "t")}]").Allow!.Count);
        Assert.Equal("4:19: `allow` holds 1025 entries; at most 1024 are allowed",
            Accounts.Problem($"tools: {{ allow: [{Accounts.Many(1025, "t")}] }}"));
    }

    private static ToolsDocument Read(string members) => Assert.IsType<ToolsDocument>(Accounts.Good($"tools: {{ {members} }}").Tools);
}

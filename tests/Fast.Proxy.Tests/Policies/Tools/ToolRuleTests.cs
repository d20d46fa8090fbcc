using System;
using System.Globalization;
using System.Text;
using Fast.Proxy.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class ToolRuleTests
{
    [Theory]
    [InlineData(null, "", "anything", true)]
    [InlineData("", "", "anything", false)]
    [InlineData("read_file", "", "read_file", true)]
    [InlineData("read_file", "", "Read_file", false)]
    [InlineData("read_file", "", "read_files", false)]
    [InlineData("fs_*", "", "fs_read", true)]
    [InlineData("fs_*", "", "fs", false)]
    [InlineData("*", "fs_write", "fs_write", false)]
    [InlineData("fs_write", "fs_*", "fs_write", false)]
    [InlineData(null, "fs_*", "net_get", true)]
    [InlineData(null, "fs_*", "", false)]
    public void Names_are_held_to_both_lists_and_the_denied_ones_win(string? allow, string deny, string name, bool allowed) =>
        Assert.Equal(allowed, ToolTexts.Rule(allow, deny).AllowsName(Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("""{"path":"/data/a"}""", ToolDenial.None)]
    [InlineData(""" { "x": {"path": 1}, "path" : "\/data\/a" } """, ToolDenial.None)]
    [InlineData("""{"p\u0061th":"/data/a"}""", ToolDenial.None)]
    [InlineData("""{"path":"/etc/passwd"}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":"x/data/"}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":7}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":null}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":"/data/\ud800"}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":["/data/a","/data/b"]}""", ToolDenial.None)]
    [InlineData("""{"path":["/data/a",["/etc/b"]]}""", ToolDenial.ArgumentRefused)]
    [InlineData("""{"path":[]}""", ToolDenial.ArgumentMissing)]
    [InlineData("""{}""", ToolDenial.ArgumentMissing)]
    [InlineData("""{"path":"/data/a","path":"/etc/passwd"}""", ToolDenial.ArgumentRepeated)]
    [InlineData("""{"path":"/data/a","p\u0061th":"/data/a"}""", ToolDenial.ArgumentRepeated)]
    [InlineData("""{"path":"/data/a","Path":"/etc/passwd"}""", ToolDenial.ArgumentRepeated)]
    [InlineData("", ToolDenial.ArgumentsMalformed)]
    [InlineData("[]", ToolDenial.ArgumentsMalformed)]
    [InlineData("\"/data/a\"", ToolDenial.ArgumentsMalformed)]
    [InlineData("""{"path":"/data/a"} {}""", ToolDenial.ArgumentsMalformed)]
    [InlineData("""{"path":"/data/a",}""", ToolDenial.ArgumentsMalformed)]
    [InlineData("""{"path":"/data/a" """, ToolDenial.ArgumentsMalformed)]
    public void An_argument_has_to_match_its_pattern(string arguments, ToolDenial denial)
    {
        ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("read_*", "path", "^/data/"));
        bool allowed = rule.AllowsCall("read_file"u8, Encoding.UTF8.GetBytes(arguments), out ToolVerdict verdict);
        Assert.Equal((denial, denial == ToolDenial.None), (verdict.Why, allowed));
        Assert.True(rule.AllowsCall("write_file"u8, Encoding.UTF8.GetBytes(arguments), out _));
    }

    [Theory]
    [InlineData("1", true, true)]
    [InlineData("10", true, true)]
    [InlineData("1e1", true, true)]
    [InlineData("2.50", true, false)]
    [InlineData("2.0", true, true)]
    [InlineData("0.99", false, false)]
    [InlineData("10.01", false, false)]
    [InlineData("1e999", false, false)]
    [InlineData("-5", false, false)]
    [InlineData("\"5\"", false, false)]
    [InlineData("true", false, false)]
    public void A_number_has_to_be_in_its_range(string value, bool inRange, bool integerInRange)
    {
        byte[] arguments = Encoding.UTF8.GetBytes($$$"""{"a":{"n":{{{value}}}}}""");
        ArgumentSpec spec = new("t", "a.n", Min: 1, Max: 10);
        Assert.Equal(inRange, ToolTexts.Rule(null, "", ToolMode.Refuse, spec).AllowsCall("t"u8, arguments, out _));
        spec = spec with { Kind = ArgumentKind.Integer };
        Assert.Equal(integerInRange, ToolTexts.Rule(null, "", ToolMode.Refuse, spec).AllowsCall("t"u8, arguments, out _));
    }

    [Theory]
    [InlineData("\"a\"", ArgumentKind.String)]
    [InlineData("1.5", ArgumentKind.Number)]
    [InlineData("-3", ArgumentKind.Integer)]
    [InlineData("false", ArgumentKind.Boolean)]
    [InlineData("{}", ArgumentKind.Object)]
    [InlineData("[1]", ArgumentKind.Array)]
    [InlineData("null", ArgumentKind.Null)]
    public void A_value_is_of_its_own_kind_only(string value, ArgumentKind kind)
    {
        byte[] arguments = Encoding.UTF8.GetBytes($$"""{"v":{{value}}}""");
        foreach (ArgumentKind other in Enum.GetValues<ArgumentKind>())
        {
            bool expected = other == ArgumentKind.Any || other == kind
                || (kind == ArgumentKind.Integer && other == ArgumentKind.Number)
                || (kind == ArgumentKind.Array && other is ArgumentKind.Integer or ArgumentKind.Number && value == "[1]");
            ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("t", "v", Kind: other));
            Assert.Equal(expected, rule.AllowsCall("t"u8, arguments, out _));
        }
    }

    [Theory]
    [InlineData("\"read\"", true)]
    [InlineData("\"r\\u0065ad\"", true)]
    [InlineData("\"Read\"", false)]
    [InlineData("3", true)]
    [InlineData("4", false)]
    [InlineData("{\"read\":1}", false)]
    public void A_value_has_to_be_one_of_those_listed(string value, bool allowed)
    {
        ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("t", "v", OneOf: ["read", "3"]));
        Assert.Equal(allowed, rule.AllowsCall("t"u8, Encoding.UTF8.GetBytes($$"""{"v":{{value}}}"""), out _));
    }

    [Fact]
    public void Arrays_on_the_way_are_followed_element_by_element()
    {
        ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("t", "edits.path", "^a"));
        Assert.True(rule.AllowsCall("t"u8, """{"edits":[{"path":"a1"},{"path":"a2"}]}"""u8, out _));
        Assert.False(rule.AllowsCall("t"u8, """{"edits":[{"path":"a1"},{"path":"b2"}]}"""u8, out ToolVerdict refused));
        Assert.Equal((ToolDenial.ArgumentRefused, "edits.path"), (refused.Why, refused.Path));
        Assert.False(rule.AllowsCall("t"u8, """{"edits":[{"path":"a1"},{}]}"""u8, out ToolVerdict missing));
        Assert.Equal(ToolDenial.ArgumentMissing, missing.Why);
    }

    [Fact]
    public void A_text_is_matched_up_to_its_limit_and_no_longer_one()
    {
        ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("t", "v", "^a+$"));
        byte[] fits = Encoding.UTF8.GetBytes($$"""{"v":"{{new string('a', TextPattern.TextBytesMax)}}"}""");
        byte[] tooLong = Encoding.UTF8.GetBytes($$"""{"v":"{{new string('a', TextPattern.TextBytesMax + 1)}}"}""");
        Assert.True(rule.AllowsCall("t"u8, fits, out _));
        Assert.False(rule.AllowsCall("t"u8, tooLong, out _));
    }

    [Fact]
    public void Deep_arguments_are_malformed_and_not_followed()
    {
        ToolRule rule = ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("t", "v", "a"));
        byte[] deep = Encoding.UTF8.GetBytes("{\"v\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        Assert.False(rule.AllowsCall("t"u8, deep, out ToolVerdict verdict));
        Assert.Equal(ToolDenial.ArgumentsMalformed, verdict.Why);
    }

    [Theory]
    [InlineData("(", "a", null, null)]
    [InlineData("(?=a)b", "a", null, null)]
    [InlineData("a", "", null, null)]
    [InlineData("a", "a..b", null, null)]
    [InlineData("a", "a", "2", "1")]
    public void What_cannot_be_held_is_said_when_it_is_compiled(string pattern, string path, string? min, string? max)
    {
        ArgumentSpec spec = new("t", path, pattern, Min: Number(min), Max: Number(max));
        Assert.Null(ToolRule.Compile(new ToolRuleSpec(null, [], [spec], ToolMode.Refuse), out string? problem));
        Assert.False(string.IsNullOrEmpty(problem));
    }

    [Fact]
    public void Of_several_rules_all_have_to_agree_and_the_strictest_holds()
    {
        ToolRules rules = ToolRules.Of(
            null, ToolTexts.Rule("a b c", mode: ToolMode.Warn), ToolTexts.Rule("a b", mode: ToolMode.Strip), ToolTexts.Rule("a d"))!;
        Assert.True(rules.JudgeName("a"u8).IsAllowed);
        Assert.Equal(ToolMode.Refuse, rules.JudgeName("b"u8).Mode);
        Assert.Equal(ToolMode.Strip, ToolRules.Of(ToolTexts.Rule("", mode: ToolMode.Warn), ToolTexts.Rule("", mode: ToolMode.Strip))!.JudgeName("d"u8).Mode);
        Assert.Equal(ToolDenial.NotAllowed, rules.JudgeCall("d"u8, default).Why);
        Assert.Null(ToolRules.Of(null, null));
    }

    [Fact]
    public void Whether_arguments_are_needed_is_known_by_the_name()
    {
        ToolRules rules = ToolRules.Of(
            ToolTexts.Rule(null), ToolTexts.Rule(null, "", ToolMode.Refuse, new ArgumentSpec("fs_*", "path", "^/")))!;
        Assert.True(rules.NeedsArguments("fs_read"u8));
        Assert.False(rules.NeedsArguments("net_get"u8));
        Assert.True(rules.JudgeName("fs_read"u8).IsAllowed);
        Assert.False(rules.JudgeCall("fs_read"u8, "{}"u8).IsAllowed);
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}

using System.Collections.Generic;
using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class ArgumentsReaderTests
{
    [Fact]
    public void Every_kind_of_rule_is_read_with_its_place()
    {
        IReadOnlyList<ToolArgumentsDocument> tools = Accounts.Good("""
            tools: { arguments: {
                read_file: { path: "^/data/", limit: { type: integer, min: 1, max: 1000 }, mode: { enum: [r, w] } },
                'fs/*': { a.b.c.d.e.f.g.h: { max: -0.5 } } } }
            """).Tools!.Arguments;

        Assert.Equal([new Located<string>("read_file", 5, 5), new Located<string>("fs/*", 6, 5)], tools.Select(tool => tool.Tool));
        ArgumentDocument[] rules = [.. tools[0].Predicates];
        Assert.Equal(new ArgumentDocument { Path = new("path", 5, 18), Pattern = "^/data/" }, rules[0]);
        Assert.Equal(new ArgumentDocument { Path = new("limit", 5, 35), Type = ArgumentType.Integer, Min = 1, Max = 1000 }, rules[1]);
        Assert.Equal(["r", "w"], rules[2].Values!);
        Assert.Equal(new ArgumentDocument { Path = new("mode", 5, 80) }, rules[2] with { Values = null });
        Assert.Equal(new ArgumentDocument { Path = new("a.b.c.d.e.f.g.h", 6, 15), Max = -0.5m }, Assert.Single(tools[1].Predicates));
    }

    [Theory]
    [InlineData("string", ArgumentType.String)]
    [InlineData("integer", ArgumentType.Integer)]
    [InlineData("number", ArgumentType.Number)]
    [InlineData("boolean", ArgumentType.Boolean)]
    [InlineData("array", ArgumentType.Array)]
    [InlineData("object", ArgumentType.Object)]
    [InlineData("'null'", ArgumentType.Null)]
    public void A_type_is_read(string name, ArgumentType type) => Assert.Equal(type, Read($"{{ type: {name} }}").Type);

    [Theory]
    [InlineData("10", "10")]
    [InlineData("-1", "-1")]
    [InlineData("0.1", "0.1")]
    [InlineData("1234567890123456789012345678", "1234567890123456789012345678")]
    public void A_number_is_read_exactly(string text, string value) =>
        Assert.Equal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture), Read($"{{ min: {text} }}").Min);

    [Theory]
    [InlineData("x.: y", "4:30: `x.` is not a path: names with dots between them, 1 to 8, each 1 to 128 bytes long")]
    [InlineData("'': y", "4:30: `` is not a path: names with dots between them, 1 to 8, each 1 to 128 bytes long")]
    [InlineData("a.b.c.d.e.f.g.h.i: y", "4:30: `a.b.c.d.e.f.g.h.i` is not a path: names with dots between them, 1 to 8, each 1 to 128 bytes long")]
    [InlineData("x: ", "4:34: the rule for `x` has no value")]
    [InlineData("x: [y]", "4:33: the rule for `x` takes a regular expression or members (`type`, `enum`, `min`, `max`), not a list")]
    [InlineData("x: {}", "4:33: the rule for `x` says nothing; it needs `type`, `enum`, `min` or `max`")]
    [InlineData("x: { regex: y }", "4:35: unknown member `regex` in the rule for `x`; known here: `type`, `enum`, `min`, `max`")]
    [InlineData("x: { type: int }", "4:41: unknown `type` `int`; known here: `string`, `integer`, `number`, `boolean`, `array`, `object`, `null`")]
    [InlineData("x: { type: integr }", "4:41: unknown `type` `integr`; did you mean `integer`?")]
    [InlineData("x: { enum: r }", "4:41: `enum` takes a list of 1 to 256 values")]
    [InlineData("x: { enum: [] }", "4:41: `enum` takes a list of 1 to 256 values")]
    [InlineData("x: { enum: [[r]] }", "4:42: an entry of `enum` takes one value, not a list")]
    [InlineData("x: { min: ten }", "4:40: `min`: `ten` is not a number; write it like `10`, `-1` or `0.5`")]
    [InlineData("x: { max: 1e3 }", "4:40: `max`: `1e3` is not a number; write it like `10`, `-1` or `0.5`")]
    [InlineData("x: { max: 12345678901234567890123456789 }", "4:40: `max`: `12345678901234567890123456789` is not a number; write it like `10`, `-1` or `0.5`")]
    [InlineData("x: { min: 2, max: 1 }", "4:35: `min` is greater than `max`")]
    [InlineData("x: { type: string, max: 1 }", "4:49: `max` is for numbers, which `type` rules out")]
    [InlineData("x: { type: 'null', min: 1 }", "4:49: `min` is for numbers, which `type` rules out")]
    [InlineData("x: '^('", "4:33: the rule for `x`: `^(` is not a regular expression; it goes wrong at its character 2")]
    [InlineData("x: 'a**'", "4:33: the rule for `x`: `a**` is not a regular expression; it goes wrong at its character 3")]
    [InlineData(@"x: '(a)\1'", @"4:33: the rule for `x`: `(a)\1` cannot be matched in one pass: it is too large, or looks around, refers back or groups atomically")]
    [InlineData("x: '(?=a)b'", "4:33: the rule for `x`: `(?=a)b` cannot be matched in one pass: it is too large, or looks around, refers back or groups atomically")]
    [InlineData("x: '(?:a{1000}){1000}'", "4:33: the rule for `x`: `(?:a{1000}){1000}` cannot be matched in one pass: it is too large, or looks around, refers back or groups atomically")]
    public void A_wrong_rule_is_one_problem_with_its_place(string rule, string problem) =>
        Assert.Equal(problem, Accounts.Problem($"tools: {{ arguments: {{ t: {{ {rule} }} }} }}"));

    [Fact]
    public void What_a_variable_holds_is_not_shown() => Assert.Equal(
        "4:33: the rule for `x`: `env:RULE` is not a regular expression",
        Accounts.Problem("tools: { arguments: { t: { x: env:RULE } } }", "RULE=secret("));

    [Fact]
    public void Patterns_and_lists_have_a_longest()
    {
        string longest = new('x', 1024);
        Assert.Equal(longest, Read(longest).Pattern);
        Assert.Equal("4:33: the rule for `x` is 1025 characters long; at most 1024 are allowed", Problem($"{{ x: {longest}x }}"));
        Assert.Equal(256, Read($"{{ enum: [{Accounts.Many(256, "v")}] }}").Values!.Count);
        Assert.Equal("4:41: `enum` takes a list of 1 to 256 values", Problem($"{{ x: {{ enum: [{Accounts.Many(257, "v")}] }} }}"));
        Assert.Equal("4:28: `t` has 33 rules; at most 32 are allowed", Problem($"{{ {Rules(33, "a")} }}"));
        Assert.Equal("4:23: `arguments` holds 65 tools; at most 64 are allowed",
            Accounts.Problem($"tools: {{ arguments: {{ {Rules(65, "{ a: b }")} }} }}"));
        Assert.Equal(64, Accounts.Good($"tools: {{ arguments: {{ {Rules(64, $"{{ {Rules(32, "a")} }}")} }} }}").Tools!.Arguments.Count);
        Assert.EndsWith("each 1 to 128 bytes long", Problem($"{{ a.{new string('x', 129)}: y }}"), System.StringComparison.Ordinal);
    }

    private static string Rules(int count, string rule) => string.Join(", ", Enumerable.Range(0, count).Select(one => $"r{one}: {rule}"));

    private static string Problem(string rules) => Accounts.Problem($"tools: {{ arguments: {{ t: {rules} }} }}");

    private static ArgumentDocument Read(string rule) =>
        Assert.Single(Assert.Single(Accounts.Good($"tools: {{ arguments: {{ t: {{ x: {rule} }} }} }}").Tools!.Arguments).Predicates);
}

using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Fast.Gateway.Configuration;
using Fast.Gateway.Configuration.Yaml;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Yaml;

public sealed class YamlTreeTests
{
    [Theory]
    [InlineData("a: 1\nb: [2\n", "this is not valid YAML")]
    [InlineData("a: [1, 2\nb: 3\n", "the YAML breaks after this point; a bracket, brace or quote may not be closed")]
    [InlineData("a: 1\n  b: 2\n", "2:4: this is not valid YAML")]
    [InlineData("a: \"x\\q\"\n", "1:4: this is not valid YAML: While scanning a quoted scalar, found unknown escape character")]
    [InlineData("a: @x\n", "1:4: this is not valid YAML: While scanning for the next token, found character that cannot start any token")]
    [InlineData("a:\n\tb: 1\n", "2:1: a tab stands in the indentation; YAML takes only spaces there")]
    [InlineData("a:\n  b: 1\n  \tc: 1\n", "3:3: a tab stands in the indentation; YAML takes only spaces there")]
    [InlineData("a: *missing\n", "1:4: this alias names no anchor that was completed before it")]
    [InlineData("a: &a [*a]\n", "1:8: this alias names no anchor that was completed before it")]
    [InlineData("a: x\u0000y\n", "1:5: the control character U+0000 may not stand in YAML")]
    [InlineData("a: 1\nb: \u001b[31m\n", "2:4: the control character U+001B may not stand in YAML")]
    [InlineData("? [a, b]\n: c\n", "1:3: a member's name is a list; it must be one value")]
    [InlineData("server: !!map {}\n", "1:9: Fast reads no YAML tags (`!` before a value); quote the value if the `!` belongs to it")]
    [InlineData("%YAML 99999999999999.1\n---\na: 1\n", "1:1: this is not valid YAML")]
    public void Broken_yaml_is_a_problem_with_a_place(string yaml, string problem) =>
        Assert.Contains(problem, Yamls.Problems(yaml)[0], StringComparison.Ordinal);

    [Fact]
    public void Duplicate_members_are_reported_with_the_first_one_s_line_and_the_rest_is_still_read() => Assert.Equal(
        [
            "3:1: `listen` is already set at line 1",
            "6:3: `chat` is already set at line 5",
            "7:1: unknown member `servr` in the file; did you mean `server`?",
        ],
        Yamls.Problems("listen: 4000\nproviders: { vllm: }\nlisten: 4001\nmodels:\n  chat: vllm/a\n  chat: vllm/b\nservr:\n"));

    [Fact]
    public void Carriage_returns_do_not_move_lines_or_columns() => Assert.Equal(
        ["1:1: unknown member `lisen` in the file; did you mean `listen`?", "3:3: unknown member `drian` in `server`; did you mean `drain`?"],
        Yamls.Problems("lisen: 1\r\nserver:\r\n  drian: 1s\r\n"));

    [Fact]
    public void Anchors_and_aliases_are_followed()
    {
        Assert.Equal(TimeSpan.FromSeconds(9), Yamls.Good(
            Yamls.Local + "routing: { timeouts: &slow { total: 9s } }\nmodels:\n  a: { targets: local/x, timeouts: *slow }\n").Models[0].Timeouts.Total);
    }

    [Fact]
    public void A_problem_of_an_aliased_value_is_told_once() => Assert.Equal(
        "5:12: `total`: `9` has no unit; write `9s` for seconds",
        Yamls.Problem(Yamls.Local + "routing:\n  timeouts:\n    total: &t 9\nmodels: { a: { targets: local/x, timeouts: { total: *t } } }\n"));

    [Fact]
    public void Merge_keys_are_refused_by_name() => Assert.Equal(
        "4:45: Fast does not read YAML merge keys (`<<`); write the members out",
        Yamls.Problem("routing:\n  timeouts: &t { total: 9s }\nproviders: { vllm: }\nmodels: { a: { targets: vllm/x, timeouts: { <<: *t } } }\n"));

    [Fact]
    public void An_alias_bomb_is_refused_quickly()
    {
        StringBuilder bomb = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        string problem = Within(5, () => Yamls.Problem(bomb.ToString()));
        Assert.EndsWith($"the file holds more than {YamlTree.NodesMax} values, aliases expanded", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!a ")]
    [InlineData("&a ")]
    [InlineData("a:\n")]
    [InlineData("\"")]
    [InlineData("x: [")]
    [InlineData("{? ")]
    public void A_hundred_thousand_levels_are_refused_quickly(string opening)
    {
        string yaml = string.Concat(Enumerable.Repeat(opening, 100_000));
        Assert.NotEmpty(Within(5, () => Yamls.Problems(yaml)));
    }

    [Fact]
    public void Nesting_is_refused_at_its_limit() => Assert.Equal(
        $"1:{YamlTree.DepthMax + 1}: nested deeper than {YamlTree.DepthMax} levels",
        Yamls.Problem(new string('[', 1000)));

    [Fact]
    public void A_million_values_are_refused_at_the_limit()
    {
        string yaml = "listen: [" + string.Concat(Enumerable.Repeat("x, ", 1_000_000)) + "]";
        Assert.Contains("values, aliases expanded", Within(5, () => Yamls.Problem(yaml)), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_beyond_the_limit_are_counted_as_more()
    {
        string yaml = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"unknown{i}: 1\n"));
        string[] problems = Within(5, () => Yamls.Problems(yaml));

        Assert.Equal(ProblemList.ProblemsMax + 1, problems.Length);
        Assert.Equal($"there are more than {ProblemList.ProblemsMax} problems; the rest is not shown", problems[^1]);
    }

    [Fact]
    public void No_mutation_of_a_file_throws()
    {
        const string Whole = """
            listen: [":4000", "unix:/run/x"] # c
            providers: {vllm: {api_key: 'abc', headers: {x: "y"}}, local: &l {dialect: openai, base_url: http://h/v1}}
            models:
              chat: [vllm/a, {to: local/b}]
              "q\n": {targets: local/x, timeouts: {total: 1m30s}}
            keys:
              - name: |
                  n
                key: >-
                  12345678
                models: [chat, vllm/*]
                team: t
                budget: [$0.5 per day, 9 tokens]
                limits: {requests: 6 per minute, parallel: 8, queue: 2s}
                tools: {allow: ["fs/*"], arguments: {read: {a.b: "^/(d|e)+", c: {type: integer, min: 1, enum: [r]}}}}
                run: {budget: 1 USD, duration: 30m, repeats: {count: 5, mode: warn}}
                expires: 2027-01-31T00:00:00Z
            organisations: {o: {metadata: {a: "4"}}}
            teams: {t: {organisation: o, disabled: true}}
            runs: {headers: [x-fast-run], idle: 1h}
            state: /s
            """;
        const string Inserted = "\t\n\r :-[]{}&*!|>'\"%@`#?,\\\0\uFEFF\u0085\u2028\ud800x~<";
        Random random = new(20);
        for (int i = 0; i < 20_000; i++)
        {
            StringBuilder text = new(Whole);
            for (int edits = random.Next(1, 6); edits > 0; edits--)
            {
                int at = random.Next(text.Length);
                if (random.Next(3) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at - 1));
                else
                    text.Insert(at, Inserted[random.Next(Inserted.Length)]);
            }

            ConfigurationResult result = Yamls.Read(text.ToString());
            Assert.Equal(result.Document is null, result.Problems.Count > 0);
        }
    }

    private static T Within<T>(int seconds, Func<T> act)
    {
        long start = Stopwatch.GetTimestamp();
        T result = act();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, seconds);
        return result;
    }
}

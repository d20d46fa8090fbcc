using System;
using System.Linq;
using Fast.Gateway.Configuration.Documents.Accounts;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class RunsReaderTests
{
    [Fact]
    public void What_is_written_takes_the_place_of_the_defaults()
    {
        RunsDocument runs = Read("{ headers: [X-Fast-Run, x-my-task], max: 5, idle: 1h }");
        Assert.Equal(["x-fast-run", "x-my-task"], runs.Headers);
        Assert.Equal((5, TimeSpan.FromHours(1)), (runs.Max, runs.Idle));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public void What_is_not_written_has_its_default(string yaml) => Assert.Equal(RunsDocument.Default, Read(yaml));

    [Fact]
    public void The_default_headers_could_have_been_written()
    {
        RunsDocument unset = RunsDocument.Default;
        Assert.Equal("x-fast-run", unset.Headers[0]);
        Assert.Equal(unset.Headers, Read($"{{ headers: [{string.Join(", ", unset.Headers)}] }}").Headers);
        Assert.Contains("x-claude-code-session-id", unset.Headers);
        Assert.Contains("session-id", unset.Headers);
        Assert.Contains("x-litellm-session-id", unset.Headers);
    }

    [Theory]
    [InlineData("[]", "1:7: `runs` takes members (`name: value`), not a list")]
    [InlineData("{ header: [a] }", "1:9: unknown member `header` in `runs`; did you mean `headers`?")]
    [InlineData("{ headers: }", "1:18: the `headers` of `runs` takes a list of 1 to 16 names of headers")]
    [InlineData("{ headers: [] }", "1:18: the `headers` of `runs` takes a list of 1 to 16 names of headers")]
    [InlineData("{ headers: x-fast-run }", "1:18: the `headers` of `runs` takes a list of 1 to 16 names of headers")]
    [InlineData("{ headers: ['a b'] }", "1:19: header `a b` is not a header name of at most 64 characters")]
    [InlineData("{ headers: ['é'] }", "1:19: header `é` is not a header name of at most 64 characters")]
    [InlineData("{ headers: [''] }", "1:19: an entry of `headers` has no value")]
    [InlineData("{ headers: [Authorization] }", "1:19: header `Authorization` carries a credential, which must not become the name of a run")]
    [InlineData("{ headers: [x-api-key] }", "1:19: header `x-api-key` carries a credential, which must not become the name of a run")]
    [InlineData("{ headers: [cookie] }", "1:19: header `cookie` carries a credential, which must not become the name of a run")]
    [InlineData("{ headers: [Host] }", "1:19: header `Host` belongs to the connection or the body and names nothing")]
    [InlineData("{ headers: [content-type] }", "1:19: header `content-type` belongs to the connection or the body and names nothing")]
    [InlineData("{ headers: [x-run, X-Run] }", "1:26: header `X-Run` is given twice; header names do not differ by case")]
    [InlineData("{ max: 0 }", "1:14: `max` is `0`; it must be a whole number between 1 and 1000000")]
    [InlineData("{ max: 1000001 }", "1:14: `max` is `1000001`; it must be a whole number between 1 and 1000000")]
    [InlineData("{ idle: 59s }", "1:15: `idle` is `59s`; it must be between 1m and 90d")]
    [InlineData("{ idle: 91d }", "1:15: `idle` is `91d`; it must be between 1m and 90d")]
    public void A_wrong_member_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem($"runs: {yaml}\n"));

    [Fact]
    public void Names_and_list_have_a_longest()
    {
        string longest = new('x', 64);
        Assert.Equal([longest], Read($"{{ headers: [{longest}] }}").Headers);
        Assert.EndsWith("is not a header name of at most 64 characters",
            Yamls.Problem($"runs: {{ headers: [{longest}x] }}\n"), StringComparison.Ordinal);
        Assert.Equal(16, Read($"{{ headers: [{Accounts.Many(16, "h")}] }}").Headers.Distinct().Count());
        Assert.Equal("1:18: the `headers` of `runs` takes a list of 1 to 16 names of headers",
            Yamls.Problem($"runs: {{ headers: [{Accounts.Many(17, "h")}] }}\n"));
    }

    private static RunsDocument Read(string yaml) => Yamls.Good($"runs: {yaml}\n").Runs;
}

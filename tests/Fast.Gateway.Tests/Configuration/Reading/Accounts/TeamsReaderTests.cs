using System.Linq;
using Fast.Gateway.Configuration.Documents;
using Fast.Gateway.Configuration.Documents.Accounts;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Configuration.Reading.Accounts;

public sealed class TeamsReaderTests
{
    private const string Key = "keys: [{ name: a, key: sk-team-a, team: research }]\n";

    [Fact]
    public void A_key_belongs_to_a_team_and_the_team_to_an_organisation()
    {
        FastDocument document = Yamls.Good("""
            providers: { vllm: }
            organisations:
              acme: { budget: 1000 USD per month, models: [vllm/*], metadata: { cost_centre: "42" } }
            teams:
              research: { organisation: acme, budget: [100 USD per day, 2000000 tokens per hour], disabled: true }
              solo:
            keys:
              - { name: a, key: sk-team-a, team: research }
              - { name: b, key: sk-team-b, team: solo, budget: 5000 USD per month }
              - { name: c, key: sk-team-c, organisation: acme }
              - { name: d, key: sk-team-d }
            """);

        OrganisationDocument acme = Assert.Single(document.Organisations);
        Assert.Equal(new Located<string>("acme", 3, 3), acme.Name);
        Assert.Equal([new BudgetSpec(BudgetUnit.Usd, 1_000_000_000_000, BudgetPeriod.Month)], acme.Account.Budgets);
        Assert.Equal([new Located<string>("vllm/*", 3, 48)], acme.Account.Models!);
        Assert.Equal("42", Assert.Single(acme.Account.Metadata).Value);

        TeamDocument research = document.Teams[0];
        Assert.Equal(new Located<string>("research", 5, 3), research.Name);
        Assert.Equal(new Located<string>("acme", 5, 29), research.Organisation);
        Assert.Equal(2, research.Account.Budgets.Count);
        Assert.True(research.Account.Disabled);
        Assert.Null(document.Teams[1].Organisation);

        Assert.Equal(["research", "solo", null, null], document.Keys.Select(key => key.Team?.Value));
        Assert.Equal([null, null, "acme", null], document.Keys.Select(key => key.Organisation?.Value));
    }

    [Theory]
    [InlineData("teams: { research: { organisation: acm } }\n" + Key, "2:36: unknown organisation `acm`; did you mean `acme`?")]
    [InlineData("teams: { research: }\nkeys: [{ name: a, key: sk-team-a, team: reserch }]\n", "3:41: unknown team `reserch`; did you mean `research`?")]
    [InlineData("teams: { research: }\nkeys: [{ name: a, key: sk-team-a, team: sales }]\n", "3:41: unknown team `sales`; known here: `research`")]
    [InlineData(Key, "2:41: unknown team `research`; `teams` declares none")]
    [InlineData("keys: [{ name: a, key: sk-team-a, organisation: }]\n", "2:49: `organisation` has no value")]
    [InlineData("keys: [{ name: a, key: sk-team-a, team: [a] }]\n", "2:41: `team` takes one value, not a list")]
    [InlineData("teams: { research: { organization: x } }\n", "2:22: unknown member `organization` in team `research`; did you mean `organisation`?")]
    [InlineData("teams: { research: 5 }\n", "2:20: team `research` takes members (`name: value`), not one value")]
    [InlineData("teams: [research]\n", "2:8: `teams` takes members (`name: value`), not a list")]
    [InlineData("teams: { research: , research: }\n", "2:22: `research` is already set at line 2")]
    [InlineData("teams: { '': }\n", "2:10: team: a name is 1 to 128 bytes long, without control characters")]
    [InlineData("teams: { \"a\\tb\": }\n", "2:10: team: a name is 1 to 128 bytes long, without control characters")]
    [InlineData("teams: { research: { models: } }\n", "2:30: the `models` of team `research` takes a list of names and patterns; leave it out to allow all")]
    [InlineData("teams: { research: { models: [gpt*] } }\n", "2:31: `gpt*` matches no model and no provider")]
    [InlineData("teams: { research: { budget: 10 } }\n", "2:30: `budget`: `10` has no unit; write `10 USD per day`")]
    [InlineData("teams: { research: }\nkeys: [{ name: a, key: sk-team-a, team: research, organisation: acme }]\n", "3:51: a key of a `team` belongs to the team's organisation; leave `organisation` out")]
    public void A_wrong_team_is_one_problem_with_its_place(string yaml, string problem) =>
        Assert.Equal(problem, Yamls.Problem("organisations: { acme: }\n" + yaml));

    [Fact]
    public void A_team_that_is_wrong_is_not_unknown_as_well() => Assert.Equal(
        "1:32: `disabled` is `x`; it must be `true` or `false`",
        Yamls.Problem("teams: { research: { disabled: x } }\n" + Key));

    [Fact]
    public void What_nothing_belongs_to_is_worth_a_line() => Assert.Equal(
        [
            "organisation `empty` at line 1 is not used: nothing in the file belongs to it",
            "team `idle` at line 2 is not used: nothing in the file belongs to it",
        ],
        Yamls.Read("organisations: { acme: , empty: }\nteams: { research: { organisation: acme }, idle: }\n" + Key).Notices);
}

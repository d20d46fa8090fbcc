using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>Keys that do not open any more, lists of models of several levels, and questions that are only asked for the answer's sake.</summary>
public sealed class KeyTests(KeyTests.Gateway gateway) : IClassFixture<KeyTests.Gateway>
{
    private static readonly string s_ask = Ask("mock/tokens-10");

    [Theory]
    [InlineData("off", 401, "key_disabled")]
    [InlineData("of-team-off", 401, "key_disabled")]
    [InlineData("old", 401, "key_expired")]
    [InlineData("of-organisation-old", 401, "key_expired")]
    [InlineData("narrow", 403, "model_not_allowed")]
    public async Task A_key_that_does_not_open_says_why(string key, int status, string code)
    {
        string mark = ProviderProcess.Mark();
        HttpAnswer refused = await gateway.PostAsync(key, Ask("mock/tokens-10", mark));
        Assert.Equal((status, code), (refused.Status, refused.Code()));
        Assert.Empty(await gateway.Provider.RequestsAsync(mark));
    }

    [Fact]
    public async Task What_every_level_allows_is_served()
    {
        Assert.Equal(200, (await gateway.PostAsync("narrow", Ask("cheap"))).Status);
        HttpAnswer models = await gateway.GetAsync("narrow", "/v1/models");
        Assert.Equal(["cheap"], models.Json().GetProperty("data").EnumerateArray().Select(static model => model.Text("id")!));
    }

    [Fact]
    public async Task A_dry_run_asks_nobody_and_spends_nothing()
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/tokens-10", mark);
        HttpAnswer dry = await gateway.PostAsync("dry", body, "x-fast-dry-run: true\r\nx-fast-run: r\r\n");
        Assert.Equal(200, dry.Status);
        JsonElement said = dry.Json();
        Assert.Equal(("fast.dry_run", "allow", "dry", "r", "mock", "tokens-10"), (said.Text("object"), said.Text("decision"), said.Text("key"), said.Text("run"), said.Text("provider"), said.Text("model")));
        decimal input = InputMax(body);
        Assert.Equal((input, false), (said.Number("input_tokens_max"), said.GetProperty("max_tokens_lowered").GetBoolean()));
        decimal output = decimal.Floor((0.03m - (input * 0.0001m)) / 0.001m);
        Assert.Equal(output, said.Number("max_tokens_sent"));
        Assert.Equal((output, (input * 0.0001m) + (output * 0.001m)), (said.Number("output_tokens_max"), said.Number("reserved_usd")));
        Assert.Empty(await gateway.Provider.RequestsAsync(mark));
        Assert.Equal(0m, (await gateway.GetAsync("dry", "/v1/runs/r")).Json().Number("requests"));

        // Nothing is used up of anything: the two requests and all of the money are still there.
        Assert.Equal(200, (await gateway.PostAsync("dry", s_ask)).Status);
        Assert.Equal(200, (await gateway.PostAsync("dry", s_ask)).Status);
        HttpAnswer refused = await gateway.PostAsync("dry", s_ask, "x-fast-dry-run: true\r\n");
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Code()));
    }

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            organisations:
              old: { expires: 2020-01-01 }
              listed: { models: [cheap, "mock/*"] }
            teams:
              off: { disabled: true }
              listed: { organisation: listed, models: [cheap, "bare/*"] }
            keys:
            {{Key("off", "disabled: true")}}{{Key("of-team-off", "team: off")}}{{Key("old", "expires: 2020-01-01T00:00:00Z")}}
            {{Key("of-organisation-old", "organisation: old")}}{{Key("narrow", "team: listed")}}
            {{Key("dry", "budget: 0.03 USD, limits: { requests: 2 per day }")}}
            """;
    }
}

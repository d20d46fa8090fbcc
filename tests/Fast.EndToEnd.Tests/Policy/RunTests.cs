using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>Runs of agents: how they are named, what they may use up, and who may see them.</summary>
public sealed class RunTests(RunTests.Gateway gateway) : IClassFixture<RunTests.Gateway>
{
    private const decimal Cost = 0.011m;
    private const string Offer = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}],";

    private static readonly string s_ask = Ask("mock/tokens-10");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("x-fast-run", "")]
    [InlineData("X-Claude-Code-Session-Id", "")]
    [InlineData("session_id", "")]
    [InlineData("x-litellm-session-id", "")]
    [InlineData("", "\"metadata\":{\"user\":\"u\",\"run_id\":\"named-\"},")]
    public async Task A_run_is_named_by_a_header_or_the_metadata(string header, string members)
    {
        string id = $"named-{header.ToLowerInvariant()}";
        HttpAnswer answer = await gateway.PostAsync("open", Ask("mock/tokens-10", members: members), header.Length > 0 ? $"{header}: {id}\r\n" : "");
        Assert.Equal((200, id, 1m, Cost), (answer.Status, answer.Field("x-fast-run"), answer.Number("x-fast-run-requests"), answer.Number("x-fast-run-cost-usd")));
        JsonElement state = (await gateway.GetAsync("open", $"/v1/runs/{id}")).Json();
        Assert.Equal((id, 1m, 20m, Cost, 0m), (state.Text("id"), state.Number("requests"), state.Number("tokens"), state.Number("cost_usd"), state.Number("under_way")));
    }

    [Fact]
    public async Task The_first_of_the_headers_counts()
    {
        HttpAnswer answer = await gateway.PostAsync("open", s_ask, "session_id: second\r\nx-fast-run: first\r\n");
        Assert.Equal("first", answer.Field("x-fast-run"));
    }

    [Fact]
    public async Task A_run_can_be_required()
    {
        HttpAnswer refused = await gateway.PostAsync("required", s_ask);
        Assert.Equal((403, "run_required"), (refused.Status, refused.Code()));
        Assert.Equal(200, (await gateway.PostAsync("required", s_ask, "x-fast-run: r\r\n")).Status);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("caf\u00e9")]
    public async Task A_name_that_is_none_is_refused(string id)
    {
        HttpAnswer refused = await gateway.PostAsync("open", s_ask, $"x-fast-run: {id}\r\n");
        Assert.Equal((400, "invalid_run"), (refused.Status, refused.Code()));
    }

    [Fact]
    public async Task Another_key_neither_sees_a_run_nor_spends_it()
    {
        Assert.Equal(200, (await gateway.PostAsync("small", s_ask, "x-fast-run: shared\r\n")).Status);
        HttpAnswer unknown = await gateway.GetAsync("open", "/v1/runs/shared");
        Assert.Equal((404, "run_not_found"), (unknown.Status, unknown.Code()));
        Assert.Equal(200, (await gateway.PostAsync("open", s_ask, "x-fast-run: shared\r\n")).Status);
        Assert.Equal(Cost, (await gateway.GetAsync("small", "/v1/runs/shared")).Json().Number("cost_usd"));
        Assert.Equal(401, (await gateway.GetAsync("nobody", "/v1/runs/shared")).Status);
    }

    [Fact]
    public async Task The_operator_sees_the_runs_of_every_key_and_nothing_else()
    {
        Assert.Equal(200, (await gateway.PostAsync("open", s_ask, "x-fast-run: seen\r\n")).Status);
        JsonElement own = (await gateway.GetAsync("open", "/v1/runs/seen")).Json();
        JsonElement seen = (await gateway.GetAsync("admin", "/v1/runs/seen?key=open")).Json();
        Assert.Equal(own.GetRawText(), seen.GetRawText());
        foreach ((string path, int status, string code) in ((string, int, string)[])
            [("/v1/runs/seen?key=small", 404, "run_not_found"), ("/v1/runs/seen?key=nobody", 404, "key_not_found"),
             ("/v1/runs/seen", 400, "key_name_required"), ("/v1/models", 401, "invalid_api_key")])
        {
            HttpAnswer refused = await gateway.GetAsync("admin", path);
            Assert.Equal((status, code), (refused.Status, refused.Code()));
        }

        Assert.Equal((401, "invalid_api_key"), (await gateway.PostAsync("admin", s_ask)) is var asked ? (asked.Status, asked.Code()) : default);
    }

    [Fact]
    public async Task HEAD_of_a_run_has_no_body()
    {
        Assert.Equal(200, (await gateway.PostAsync("open", s_ask, "x-fast-run: headed\r\n")).Status);
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Process.Url);
        for (int i = 0; i < 2; i++)
        {
            await connection.SendAsync("HEAD /v1/runs/headed HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer sk-policy-open\r\n\r\n");
            HttpAnswer head = await HttpAnswer.ReadAsync(connection, hasBody: false);
            Assert.Equal(200, head.Status);
            Assert.NotEqual("0", head.Field("content-length"));
        }
    }

    [Fact]
    public async Task What_a_child_spends_its_parents_have_spent()
    {
        Assert.Equal(200, (await gateway.PostAsync("small", s_ask, "x-fast-run: child\r\nx-fast-parent-run: parent\r\n")).Status);
        Assert.Equal(200, (await gateway.PostAsync("small", s_ask, "x-fast-run: sibling\r\nx-fast-parent-run: parent\r\n")).Status);
        JsonElement parent = (await gateway.GetAsync("small", "/v1/runs/parent")).Json();
        Assert.Equal((2m, 2 * Cost), (parent.Number("requests"), parent.Number("cost_usd")));
        JsonElement child = (await gateway.GetAsync("small", "/v1/runs/child")).Json();
        Assert.Equal((1m, Cost, "parent", 2m), (child.Number("requests"), child.Number("cost_usd"), child.Text("parent"), child.Number("depth")));

        // The parent has 0.03 USD like everybody; what is left is too little for a third, whoever asks.
        HttpAnswer refused = await gateway.PostAsync("small", s_ask, "x-fast-run: child\r\n");
        Assert.Equal((429, "run:small/parent"), (refused.Status, refused.Refusal().Text("account")));
    }

    [Fact]
    public async Task A_run_does_not_change_its_parent()
    {
        Assert.Equal(200, (await gateway.PostAsync("open", s_ask, "x-fast-run: c\r\nx-fast-parent-run: a\r\n")).Status);
        HttpAnswer other = await gateway.PostAsync("open", s_ask, "x-fast-run: c\r\nx-fast-parent-run: b\r\n");
        Assert.Equal((400, "invalid_parent_run"), (other.Status, other.Code()));
        HttpAnswer own = await gateway.PostAsync("open", s_ask, "x-fast-run: self\r\nx-fast-parent-run: self\r\n");
        Assert.Equal((400, "invalid_parent_run"), (own.Status, own.Code()));
    }

    [Fact]
    public async Task Generations_are_limited()
    {
        Assert.Equal(200, (await gateway.PostAsync("limited", s_ask, "x-fast-run: d1\r\n")).Status);
        Assert.Equal(200, (await gateway.PostAsync("limited", s_ask, "x-fast-run: d2\r\nx-fast-parent-run: d1\r\n")).Status);
        HttpAnswer refused = await gateway.PostAsync("limited", s_ask, "x-fast-run: d3\r\nx-fast-parent-run: d2\r\n");
        Assert.Equal((403, "run_limit_exceeded", "depth"), (refused.Status, refused.Code(), refused.Refusal().Text("decision")));
    }

    [Fact]
    public async Task Requests_of_a_run_are_limited()
    {
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, (await gateway.PostAsync("limited", s_ask, "x-fast-run: requests\r\n")).Status);
        HttpAnswer refused = await gateway.PostAsync("limited", s_ask, "x-fast-run: requests\r\n");
        Assert.Equal((403, "run_limit_exceeded", "run:limited/requests"), (refused.Status, refused.Code(), refused.Refusal().Text("account")));
        Assert.Equal(("requests", 3m, 3m), (refused.Refusal().Text("unit"), refused.Refusal().Number("limit"), refused.Refusal().Number("spent")));
        Assert.Equal(200, (await gateway.PostAsync("limited", s_ask, "x-fast-run: another\r\n")).Status);
    }

    [Fact]
    public async Task Calls_of_tools_are_limited()
    {
        string fields = "x-fast-run: calls\r\n";
        HttpAnswer first = await gateway.PostAsync("calling", Ask("mock/call-look", members: Offer), fields);
        Assert.Equal("tool_calls", first.Json().GetProperty("choices")[0].Text("finish_reason"));
        Assert.Equal(1m, (await gateway.GetAsync("calling", "/v1/runs/calls")).Json().Number("tool_calls"));

        // Two at once are one too many: neither reaches the caller.
        HttpAnswer cut = await gateway.PostAsync("calling", Ask("mock/call-look+call-see", members: Offer), fields);
        Assert.Equal((200, "run_limit_exceeded"), (cut.Status, cut.Json().GetProperty("fast").Text("code")));
        Assert.DoesNotContain("tool_calls", cut.Json().GetProperty("choices").GetRawText());
        HttpAnswer refused = await gateway.PostAsync("calling", Ask("mock/call-look", members: Offer), fields);
        Assert.Equal((403, "run_limit_exceeded", "tool_calls"), (refused.Status, refused.Code(), refused.Refusal().Text("unit")));
    }

    [Fact]
    public async Task A_run_has_its_time()
    {
        Assert.Equal(200, (await gateway.PostAsync("brief", s_ask, "x-fast-run: r\r\n")).Status);
        HttpAnswer refused = await Eventually.GetAsync(
            async () => await gateway.PostAsync("brief", s_ask, "x-fast-run: r\r\n") is { Status: not 200 } answer ? answer : null, s_soon, static () => "It goes on.");
        Assert.Equal((403, "run_limit_exceeded", "duration"), (refused.Status, refused.Code(), refused.Refusal().Text("decision")));
        Assert.Equal(200, (await gateway.PostAsync("brief", s_ask, "x-fast-run: s\r\n")).Status);
    }

    [Fact]
    public async Task A_run_has_its_places()
    {
        using RawConnection stream = await gateway.BeginAsync("narrow", Ask("mock/endless", members: "\"stream\":true,"), "x-fast-run: r\r\n");
        await stream.ReadToAsync("tok1");
        HttpAnswer refused = await gateway.PostAsync("narrow", s_ask, "x-fast-run: r\r\n");
        Assert.Equal((429, "rate_limit_exceeded", "run:narrow/r"), (refused.Status, refused.Code(), refused.Refusal().Text("account")));
        Assert.Equal(200, (await gateway.PostAsync("narrow", s_ask, "x-fast-run: s\r\n")).Status);
        Assert.Equal(1m, (await gateway.GetAsync("narrow", "/v1/runs/r")).Json().Number("under_way"));
    }

    [Fact]
    public async Task Many_children_at_once_never_pass_their_parents_budget()
    {
        string body = Ask("mock/tokens-10", members: "\"max_tokens\":10,");
        HttpAnswer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(child => gateway.PostAsync("family", body, $"x-fast-run: child-{child}\r\nx-fast-parent-run: head\r\n")));
        JsonElement head = (await gateway.GetAsync("family", "/v1/runs/head")).Json();
        Assert.Equal(answers.Where(static answer => answer.Status == 200).Sum(static answer => answer.Number("x-fast-cost-usd")), head.Number("cost_usd"));
        Assert.InRange(head.Number("cost_usd"), Cost, 0.2m);
        JsonElement budget = Assert.Single(head.GetProperty("budgets").EnumerateArray());
        Assert.Equal((0.2m, head.Number("cost_usd"), 0m), (budget.Number("limit"), budget.Number("spent"), budget.Number("reserved")));
    }

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            admin_key_sha256: {{Convert.ToHexString(SHA256.HashData("sk-policy-admin"u8))}}
            keys:
            {{Key("open", "budget: 50 USD")}}{{Key("required", "run: { required: true }")}}{{Key("small", "run: { budget: 0.03 USD }")}}
            {{Key("limited", "run: { requests: 3, depth: 2 }")}}{{Key("calling", "run: { tool_calls: 2 }")}}
            {{Key("brief", "run: { duration: 1s }")}}{{Key("narrow", "run: { parallel: 1 }")}}{{Key("family", "run: { budget: 0.2 USD }")}}
            """;
    }
}

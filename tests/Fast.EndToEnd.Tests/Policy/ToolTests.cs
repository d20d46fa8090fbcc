using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fast.EndToEnd.Tests.Conformance;
using Fast.EndToEnd.Tests.Processes;
using Xunit;
using static Fast.EndToEnd.Tests.Policy.PolicyGateway;

namespace Fast.EndToEnd.Tests.Policy;

/// <summary>Which tools may be offered, and which calls reach the caller. The provider calls every tool with Oslo as its city.</summary>
public sealed class ToolTests(ToolTests.Gateway gateway) : IClassFixture<ToolTests.Gateway>
{
    private const string Responses = "/v1/responses";

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"rm\"}}],")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}},{\"type\":\"function\",\"function\":{\"name\":\"r\\u006d\"}}],")]
    [InlineData("\"functions\":[{\"name\":\"rm\"}],")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"rm\"}},")]
    public async Task An_offer_that_is_not_allowed_is_refused_by_name(string members)
    {
        string mark = ProviderProcess.Mark();
        HttpAnswer refused = await gateway.PostAsync("strict", Ask("mock/ok", mark, members));
        Assert.Equal((403, "tool_not_allowed"), (refused.Status, refused.Code()));
        Assert.Contains("'rm'", refused.Json().GetProperty("error").Text("message"));
        Assert.Empty(await gateway.Provider.RequestsAsync(mark));
    }

    [Fact]
    public async Task An_offer_that_is_allowed_goes_as_it_is()
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/ok", mark, Tools("look", "fs/read"));
        HttpAnswer answer = await gateway.PostAsync("strict", body);
        Assert.Equal(["look", "fs/read"], CallsOf(answer));
        Assert.Equal(body.Replace("mock/", "", StringComparison.Ordinal), await gateway.ReceivedAsync(mark));
    }

    [Theory]
    [InlineData("look", "rm", "look")]
    [InlineData("rm", "look", "look")]
    [InlineData("rm", "rm", "")]
    public async Task What_is_to_be_stripped_does_not_reach_the_provider(string first, string second, string left)
    {
        string mark = ProviderProcess.Mark();
        HttpAnswer answer = await gateway.PostAsync("strips", Ask("mock/ok", mark, Tools(first, second)));
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("tool_stripped: 'rm'", answer.Field("x-fast-warning"));
        Assert.Equal(Ask("ok", mark, left.Length > 0 ? Tools(left) : ""), await gateway.ReceivedAsync(mark));
    }

    [Fact]
    public async Task What_is_only_warned_of_passes()
    {
        string mark = ProviderProcess.Mark();
        string body = Ask("mock/ok", mark, Tools("rm"));
        HttpAnswer answer = await gateway.PostAsync("warns", body);
        Assert.Equal(["rm"], CallsOf(answer));
        Assert.StartsWith("tool_not_allowed: The offer of the tool 'rm' ", answer.Field("x-fast-warning"));
        Assert.Contains("; tool_not_allowed: The call of the tool 'rm' ", answer.Field("x-fast-warning"));
        Assert.Equal(body.Replace("mock/", "", StringComparison.Ordinal), await gateway.ReceivedAsync(mark));
    }

    [Theory]
    [InlineData("mock/call-rm", "'rm'")]
    [InlineData("mock/call-look+call-rm", "'rm'")]
    [InlineData("mock/call-weigh", "argument city")]
    public async Task A_call_that_is_not_allowed_is_replaced_in_a_whole_answer(string model, string told)
    {
        HttpAnswer answer = await gateway.PostAsync("strict", Ask(model, members: Tools("look")));
        Assert.Equal(200, answer.Status);
        JsonElement choice = answer.Json().GetProperty("choices")[0];
        Assert.Equal("content_filter", choice.Text("finish_reason"));
        Assert.Contains(told, choice.GetProperty("message").Text("content"));
        Assert.False(choice.GetProperty("message").TryGetProperty("tool_calls", out _));
        Assert.Equal("tool_not_allowed", answer.Json().GetProperty("fast").Text("code"));
        Assert.DoesNotContain("Oslo", answer.Body);

        // It was made, so it is paid for.
        Assert.Equal((0.011m, 20m), (answer.Number("x-fast-cost-usd"), answer.Json().GetProperty("usage").Number("total_tokens")));
    }

    [Theory]
    [InlineData("mock/call-rm", "'rm'")]
    [InlineData("mock/call-look+call-rm", "'rm'")]
    [InlineData("mock/call-weigh", "argument city")]
    [InlineData("mock/call-weigh+split-bytes", "argument city")]
    public async Task A_call_that_is_not_allowed_is_cut_out_of_a_stream(string model, string told)
    {
        HttpAnswer answer = await gateway.PostAsync("strict", Ask(model, members: "\"stream\":true," + Tools("look")));
        Assert.Equal((200, true), (answer.Status, answer.IsWhole));
        string[] events = answer.Events();
        Assert.Equal("[DONE]", events[^1]);
        JsonElement end = AnswerReading.Parse(events[^2]);
        Assert.Equal("content_filter", end.GetProperty("choices")[0].Text("finish_reason"));
        Assert.Contains(told, end.GetProperty("choices")[0].GetProperty("delta").Text("content"));
        Assert.Equal("tool_not_allowed", end.GetProperty("fast").Text("code"));
        Assert.DoesNotContain(events[..^2], one => one.Contains(model.Contains("weigh", StringComparison.Ordinal) ? "weigh" : "\"rm\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mock/call-look")]
    [InlineData("mock/call-look+call-measure")]
    [InlineData("mock/call-measure+split-bytes")]
    public async Task A_call_that_is_allowed_streams_byte_for_byte(string model)
    {
        string body = Ask(model, members: "\"stream\":true," + Tools("look"));
        HttpAnswer plain = await PostAsync(gateway.Provider.Url, "any", body.Replace("mock/", "", StringComparison.Ordinal));
        HttpAnswer checkedOne = await gateway.PostAsync("strict", body);
        Assert.Equal(plain.Body, checkedOne.Body);
    }

    [Fact]
    public async Task The_responses_dialect_is_held_to_the_same_rules()
    {
        const string tools = """{"type":"function","name":"rm"}""";
        HttpAnswer refused = await gateway.PostAsync("strict", $$"""{"model":"mock/ok","input":"hi","tools":[{{tools}}]}""", path: Responses);
        Assert.Equal((403, "tool_not_allowed"), (refused.Status, refused.Code()));

        string call = """{"model":"mock/ok","input":"hi","tools":[{"type":"function","name":"weigh"}]}""";
        HttpAnswer replaced = await gateway.PostAsync("strict", call, path: Responses);
        Assert.Equal(("incomplete", "tool_not_allowed"), (replaced.Json().Text("status"), replaced.Json().GetProperty("fast").Text("code")));
        Assert.DoesNotContain("Oslo", replaced.Body);

        HttpAnswer cut = await gateway.PostAsync("strict", call.Insert(1, "\"stream\":true,"), path: Responses);
        JsonElement end = AnswerReading.Parse(cut.Events()[^1]);
        Assert.Equal(("response.incomplete", "content_filter"), (end.Text("type"), end.GetProperty("response").GetProperty("incomplete_details").Text("reason")));
        Assert.DoesNotContain("Oslo", cut.Body);
    }

    [Fact]
    public async Task A_cut_stream_of_calls_hangs_up_on_the_provider()
    {
        string mark = ProviderProcess.Mark();
        HttpAnswer answer = await gateway.PostAsync("strict", Ask("mock/call-rm+pace-500", mark, "\"stream\":true,"));
        Assert.True(answer.IsWhole);
        await gateway.AbortedAsync(mark);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream\":true,")]
    public async Task An_answer_that_cannot_be_read_does_not_pass_unchecked(string members)
    {
        HttpAnswer refused = await gateway.PostAsync("strict", Ask("mock/call-rm+gzip", members: members));
        Assert.Equal((502, "upstream_encoded"), (refused.Status, refused.Code()));
        Assert.Equal(200, (await gateway.PostAsync("without-rules", Ask("mock/call-rm+gzip"))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream\":true,")]
    public async Task Calls_are_held_to_the_rules_also_where_nothing_is_written_down(string members)
    {
        await using GatewayProcess bookless = await GatewayProcess.StartAsync(port => Configuration(
            port, gateway.Provider.Url, $"keys:\n{Key("a", "tools: { deny: [rm] }")}state: off\n"));
        HttpAnswer answer = await PostAsync(bookless.Url, "a", Ask("mock/call-rm", members: members));
        Assert.Equal(200, answer.Status);
        Assert.Contains("\"code\":\"tool_not_allowed\"", answer.Body);
        Assert.DoesNotContain("Oslo", answer.Body);
    }

    [Fact]
    public async Task What_was_decided_of_one_exchange_is_not_told_of_the_next_on_its_connection()
    {
        string[] bodies =
        [
            Ask("mock/ok", members: Tools("rm")), Ask("mock/call-rm", members: "\"stream\":true,"), Ask("mock/call-weigh", members: "\"stream\":true,"), Ask("mock/call-rm"),
        ];
        using RawConnection connection = await RawConnection.OpenAsync(gateway.Process.Url);
        HttpAnswer clean = await AskAsync(connection, Ask("mock/tokens-10"));
        foreach (string body in bodies)
        {
            HttpAnswer decided = await AskAsync(connection, body);
            Assert.Contains("tool_not_allowed", decided.Body);
            HttpAnswer next = await AskAsync(connection, Ask("mock/tokens-10"));
            Assert.Equal((200, clean.Body, "", 0.011m), (next.Status, next.Body, next.Field("x-fast-warning"), next.Number("x-fast-cost-usd")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_call_again_and_again_is_cut(bool stream)
    {
        string run = $"x-fast-run: repeats-{stream}\r\n";
        string body = Ask("mock/call-look", members: (stream ? "\"stream\":true," : "") + Tools("look"));
        for (int i = 0; i < 2; i++)
            Assert.Contains("\"look\"", (await gateway.PostAsync("repeats", body, run)).Body);
        HttpAnswer third = await gateway.PostAsync("repeats", body, run);
        Assert.Equal(200, third.Status);
        Assert.Contains("\"code\":\"run_limit_exceeded\"", third.Body);
        Assert.DoesNotContain("tool_calls\":[", third.Body);
        Assert.Contains("\"look\"", (await gateway.PostAsync("repeats", body, $"x-fast-run: fresh-{stream}\r\n")).Body);
    }

    [Fact]
    public async Task A_growing_history_counts_each_call_once_and_one_too_many_is_refused()
    {
        const string run = "x-fast-run: history\r\n";
        Assert.Equal(200, (await gateway.PostAsync("repeats", History(1), run)).Status);
        Assert.Equal(200, (await gateway.PostAsync("repeats", History(2), run)).Status);
        Assert.Equal(200, (await gateway.PostAsync("repeats", History(2), run)).Status);
        HttpAnswer refused = await gateway.PostAsync("repeats", History(3), run);
        Assert.Equal((403, "run_limit_exceeded", "repeats"), (refused.Status, refused.Code(), refused.Refusal().Text("decision")));
        HttpAnswer warned = await gateway.PostAsync("repeats-warn", History(3), run);
        Assert.Equal(200, warned.Status);
        Assert.StartsWith("repeats: 'look'", warned.Field("x-fast-warning"));
    }

    /// <summary>A chat in which the same call was made so many times, with its members in another order each time.</summary>
    private static string History(int calls)
    {
        static string Arguments(int call) => call % 2 == 0 ? """{\"a\":1,\"b\":2}""" : """{ \"b\":2, \"a\":1 }""";
        string turns = string.Concat(Enumerable.Range(0, calls).Select(call =>
            $$$"""{"role":"assistant","tool_calls":[{"id":"c{{{call}}}","type":"function","function":{"name":"look","arguments":"{{{Arguments(call)}}}"}}]},"""
            + $$"""{"role":"tool","tool_call_id":"c{{call}}","content":"no"},"""));
        return $$"""{"model":"mock/tokens-1","messages":[{"role":"user","content":"hi"},{{turns}}{"role":"user","content":"go on"}]}""";
    }

    private static async Task<HttpAnswer> AskAsync(RawConnection connection, string body)
    {
        await connection.SendChatAsync(body, "Authorization: Bearer sk-policy-strict\r\n");
        return await HttpAnswer.ReadAsync(connection);
    }

    private static string Tools(params string[] names) =>
        $"\"tools\":[{string.Join(',', names.Select(static name => $$$"""{"type":"function","function":{"name":"{{{name}}}"}}"""))}],";

    private static string[] CallsOf(HttpAnswer answer) =>
        [.. answer.Json().GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().Select(static call => call.GetProperty("function").Text("name")!)];

    public sealed class Gateway(Stage stage) : PolicyGateway(stage)
    {
        protected override string Accounts => $$"""
            keys:
            {{Key("strict", "budget: 500 USD, tools: { allow: [look, weigh, measure, \"fs/*\"], arguments: { weigh: { city: \"^Bergen$\" }, measure: { city: { enum: [Oslo] } } } }")}}
            {{Key("strips", "tools: { deny: [rm], mode: strip }")}}{{Key("warns", "tools: { deny: [rm], mode: warn }")}}
            {{Key("without-rules", "budget: 5 USD per day, unpriced: allow")}}{{Key("repeats", "run: { repeats: 2 }")}}{{Key("repeats-warn", "run: { repeats: { count: 2, mode: warn } }")}}
            """;
    }
}

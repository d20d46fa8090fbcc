using System;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>What the last event of a responses stream tells, and is told in it.</summary>
public sealed class ResponseStreamTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"max_output_tokens":4000,"tools":[]}""";
    private const string Created = "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r1\",\"usage\":null}}\n\n";
    private const string Good = "{\"type\":\"function_call\",\"name\":\"read_file\",\"arguments\":\"{\\\"path\\\":\\\"/data/x\\\"}\"}";
    private const string Bad = "{\"type\":\"function_call\",\"name\":\"rm\",\"arguments\":\"{}\"}";

    private static ToolRules Rules(ToolMode mode = ToolMode.Refuse) =>
        ToolRules.Of(ToolTexts.Rule("read_file", "", mode, new ArgumentSpec("read_file", "path", "^/data/")))!;

    [Fact]
    public async Task A_call_that_stands_in_the_last_event_alone_is_judged()
    {
        string good = Created + Last(Good);
        string bad = Created + Last("{\"type\":\"message\"}," + Bad);
        await MeteredStream.EverywhereAsync(good, async pieces => Assert.Equal(good, await Stream(Rules()).AskAsync(Ask, pieces)), step: 5);
        await MeteredStream.EverywhereAsync(bad, async pieces =>
        {
            MeteredStream stream = Stream(Rules());
            string answer = await stream.AskAsync(Ask, pieces);
            Assert.StartsWith(Created + "event: response.incomplete\n", answer);
            Assert.Contains("\"incomplete_details\":{\"reason\":\"content_filter\"}", answer);
            Assert.DoesNotContain("function_call", answer);
            Assert.Contains("\"output\":[{\"type\":\"message\",\"id\":\"msg_fast\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\","
                + "\"text\":\"The call of the tool 'rm' (it is not on the list) is not allowed here.\",\"annotations\":[]}]}],\"usage\":", answer);
            Assert.Equal("tool_not_allowed", Assert.Single(stream.Ledger.Records).Decision);
        }, step: 5);
    }

    [Theory]
    [InlineData("\"response\"", "\"Response\"")]
    [InlineData("\"response\"", "\"response\":{},\"response\"")]
    [InlineData("\"function_call\"", "\"function\\u005fcall\"")]
    [InlineData("response.completed", "response.incomplete")]
    [InlineData("response.completed", "response.failed")]
    [InlineData("\"name\":\"rm\"", "\"name\":\"rm\",\"name\":\"read_file\"")]
    [InlineData("\"rm\"", "7")]
    public async Task However_it_is_spelled(string plain, string spelled)
    {
        string answer = await Stream(Rules()).AskAsync(Ask, [Created + Last(Bad).Replace(plain, spelled, StringComparison.Ordinal)]);
        Assert.Contains("\"code\":\"tool_not_allowed\"", answer);
        Assert.DoesNotContain("arguments", answer);
    }

    [Fact]
    public async Task A_call_that_is_told_otherwise_at_the_end_is_judged_again()
    {
        string provided = Created + Item("added", Good) + Item("done", Good) + Last(Good);
        Assert.Equal(provided, await Stream(Rules()).AskAsync(Ask, [provided]));
        string answer = await Stream(Rules()).AskAsync(Ask, [Created + Item("added", Good) + Item("done", Good) + Last(Good.Replace("/data/", "/etc/", StringComparison.Ordinal))]);
        Assert.Contains("\"code\":\"tool_not_allowed\"", answer);
        Assert.DoesNotContain("/etc/", answer);
    }

    [Fact]
    public async Task A_tool_that_the_provider_ran_was_judged_when_it_was_offered()
    {
        string provided = Created + Last("{\"type\":\"web_search_call\",\"id\":\"w\",\"action\":{}}");
        Assert.Equal(provided, await Stream(Rules()).AskAsync(Ask, [provided]));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public async Task A_call_counts_once_wherever_it_is_told(bool added, bool done, bool last)
    {
        string provided = Created + (added ? Item("added", Good) : "") + (done ? Item("done", Good) : "") + (last ? Last(Good) : Last(""));
        MeteredStream stream = new()
        {
            Run = new RunTemplate { Budgets = [new(BudgetUnit.ToolCalls, 5, BudgetPeriod.Total)], Repeats = 1 },
            Endpoint = "responses",
        };
        Assert.Equal(provided, await stream.AskAsync(Ask, [provided], "x-fast-run: r\r\n"));
        Assert.True(stream.Runs.TryFind("r"u8, out RunState? run));
        Assert.Equal((1, 0), (run.Account.Budgets[0].Current!.Settled, run.Account.Budgets[0].Current!.Reserved));

        // And the second time is one too many.
        Assert.Contains("\"code\":\"run_limit_exceeded\"", await stream.AskAsync(Ask, [provided], "x-fast-run: r\r\n"));
    }

    [Fact]
    public async Task A_run_that_may_make_no_more_calls_does_not_get_one_at_the_end()
    {
        MeteredStream stream = new() { Run = new RunTemplate { Budgets = [new(BudgetUnit.ToolCalls, 1, BudgetPeriod.Total)] }, Endpoint = "responses" };
        string answer = await stream.AskAsync(Ask, [Created + Last(Good + "," + Good)], "x-fast-run: r\r\n");
        Assert.Contains("\"code\":\"run_limit_exceeded\"", answer);
        Assert.DoesNotContain("read_file", answer);
    }

    [Fact]
    public async Task The_receipt_stands_in_the_last_response_when_it_is_wanted()
    {
        string provided = Created + Last("{\"type\":\"message\"}");
        string expected = provided.Replace("}}}\n\n", "},\"fast\":F}}\n\n", StringComparison.Ordinal);
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            string answer = MeteredStream.Plain(await Stream(null).AskAsync(Ask, pieces, "x-fast-receipt: true\r\n"), out string fast);
            Assert.Equal(expected, answer);
            Assert.Contains("\"cost_usd\":0.000032,\"input_tokens\":20,\"output_tokens\":3", fast);
        }, step: 7);
        Assert.Equal(provided, await Stream(null).AskAsync(Ask, [provided]));
    }

    [Theory]
    [InlineData("{\"type\":\"response.completed\",\"response\":{ } }", "{\"type\":\"response.completed\",\"response\":{ \"fast\":F} }")]
    [InlineData("{\"response\":{\"id\":\"}\"} ,\"type\":\"response.failed\"}", "{\"response\":{\"id\":\"}\",\"fast\":F} ,\"type\":\"response.failed\"}")]
    [InlineData("{\"type\":\"response.completed\",\"response\":null}", "{\"type\":\"response.completed\",\"response\":null}")]
    [InlineData("{\"type\":\"response.completed\"}", "{\"type\":\"response.completed\"}")]
    public async Task The_receipt_finds_its_place_or_is_left_out(string provided, string expected)
    {
        string answer = await Stream(null).AskAsync(Ask, [$"data: {provided}\n\n"], "x-fast-receipt: true\r\n");
        Assert.Equal($"data: {expected}\n\n", MeteredStream.Plain(answer));
    }

    [Fact]
    public async Task A_rule_that_only_warns_says_so_in_the_last_response()
    {
        MeteredStream stream = Stream(Rules(ToolMode.Warn));
        string answer = await stream.AskAsync(Ask, [Created + Item("added", Bad) + Item("done", Bad) + Last(Bad)]);
        Assert.Contains("\"warning\":\"tool_not_allowed: The call of the tool 'rm' (it is not on the list) is not allowed here.\"", answer);
        Assert.EndsWith("}}\n\n", answer);
        Assert.Null(Assert.Single(stream.Ledger.Records).Decision);
    }

    private static MeteredStream Stream(ToolRules? rules) => new() { Tools = rules, Endpoint = "responses" };

    private static string Item(string what, string item) =>
        "event: response.output_item." + what + "\ndata: {\"type\":\"response.output_item." + what + "\",\"output_index\":0,\"item\":" + item + "}\n\n";

    private static string Last(string items) =>
        "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"r1\",\"output\":[" + items
        + "],\"usage\":{\"input_tokens\":20,\"output_tokens\":3}}}\n\n";
}

using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

public sealed class StreamMeterTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"max_tokens":4000}""";
    private const string AskUsage = """{"model":"mock/z","stream":true,"max_tokens":4000,"stream_options":{"include_usage":true}}""";
    private const string Head = "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":5,\"model\":\"m\"";
    private const string Text = "\"id\":\"c1\",\"object\":\"text_completion\",\"created\":5,\"model\":\"m\"";
    private const string Usage = "data: {" + Head + ",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":3,\"total_tokens\":23}}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const int Margin = 32;
    private static readonly string s_hundred = new('x', 100);

    [Fact]
    public async Task The_usage_that_only_Fast_asked_for_does_not_reach_the_caller_however_the_stream_is_cut()
    {
        (string Provided, string Received)[] events =
        [
            (": hi\n\n", ": hi\n\n"),
            (WithNull(Delta("one")), Delta("one")),
            ("event: x\r\n" + WithNull(Delta("\\u00e4\\n")).Replace("\n\n", "\r\n\r\n", StringComparison.Ordinal),
                "event: x\r\n" + Delta("\\u00e4\\n").Replace("\n\n", "\r\n\r\n", StringComparison.Ordinal)),
            ("data: {\"usage\": null , \"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                "data: { \"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"),
            (Usage, ""),
            (Done, Done),
        ];
        string provided = string.Concat(events.Select(static one => one.Provided));
        string expected = string.Concat(events.Select(static one => one.Received));
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream trial = new();
            Assert.Equal(expected, await trial.AskAsync(Ask, pieces));
            Assert.Contains("\"stream_options\":{\"include_usage\":true}", trial.Asked);
            LedgerRecord record = Assert.Single(trial.Ledger.Records);
            Assert.Equal((20, 3, false, 20 * 1000 + 3 * 4000), (record.Usage.Input, record.Usage.Output, record.Estimated, record.Cost));
            trial.AssertSettled(record.Cost);
        });
    }

    [Fact]
    public async Task The_usage_that_the_caller_asked_for_passes()
    {
        string provided = WithNull(Delta("one")) + Usage + Done;
        MeteredStream trial = new();
        Assert.Equal(provided, await trial.AskAsync(AskUsage, [provided]));
        Assert.Equal(3, Assert.Single(trial.Ledger.Records).Usage.Output);
    }

    [Fact]
    public async Task A_usage_beside_the_last_choice_is_read_and_passes()
    {
        string provided = Delta("one") + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\n" + Done;
        MeteredStream trial = new();
        Assert.Equal(provided, await trial.AskAsync(Ask, [provided]));
        Assert.Equal(7 + 1, Assert.Single(trial.Ledger.Records).Usage.Total);
    }

    [Theory]
    [InlineData(Ask, false)]
    [InlineData(AskUsage, true)]
    public async Task A_chat_whose_account_runs_dry_ends_as_its_dialect_does_however_it_is_cut(string ask, bool asksUsage)
    {
        string provided = string.Concat(Enumerable.Repeat(Delta(s_hundred), 9)) + Usage + Done;
        string expected = string.Concat(Enumerable.Repeat(Delta(s_hundred), 5))
            + "data: {" + Head + ",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"fast\":F}\n\n"
            + (asksUsage ? "data: {" + Head + $",\"choices\":[],\"usage\":{{\"prompt_tokens\":{ask.Length},\"completion_tokens\":532,\"total_tokens\":{ask.Length + 532}}}}}\n\n" : "") + Done;
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream trial = new() { RunsDry = true };
            Assert.Equal(expected, MeteredStream.Plain(await trial.AskAsync(ask, pieces)));
            Assert.True(trial.EndedWell);
            LedgerRecord record = Assert.Single(trial.Ledger.Records);
            Assert.Equal(("budget_exceeded", true, 532, ask.Length), (record.Decision, record.Estimated, record.Usage.Output, record.Usage.Input));
            trial.AssertSettled(record.Cost);
        }, step: 7);
    }

    [Fact]
    public async Task A_stream_that_has_used_the_budget_up_by_itself_is_told_so()
    {
        // Room for ten tokens, and a provider that goes on past the limit it was sent.
        MeteredStream trial = new() { Limit = ((Ask.Length + 16) * 1000) + (10 * 4000) };
        MeteredStream.Plain(await trial.AskAsync(Ask, [string.Concat(Enumerable.Repeat(Delta("x"), 30)) + Done]), out string fast);
        Assert.Contains("\"code\":\"budget_exceeded\",\"decision\":\"reserved_by_itself\"", fast);
        Assert.Contains($"\"spent\":0,\"reserved\":{AmountText.Dollars(trial.Limit)},\"window\":\"total\",\"needed\":{Needed(10 + 1)},", fast);
    }

    [Fact]
    public async Task A_stream_that_would_have_room_but_for_others_is_told_so()
    {
        MeteredStream trial = new() { RunsDry = true };
        MeteredStream.Plain(await trial.AskAsync(Ask, [string.Concat(Enumerable.Repeat(Delta(s_hundred), 9)) + Done]), out string fast);
        Assert.Contains("\"code\":\"budget_exceeded\",\"decision\":\"reserved_by_others\"", fast);
        Assert.Contains($"\"needed\":{Needed(600)},", fast);
    }

    /// <summary>What a stream takes that may have been so many tokens.</summary>
    private static string Needed(int tokens) => AmountText.Dollars(((Ask.Length + 16) * 1000) + ((tokens + Margin) * 4000));

    [Fact]
    public async Task Every_choice_that_is_open_ends()
    {
        string ended = "data: {" + Head + ",\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        string provided = Delta(s_hundred) + Delta(s_hundred, 1) + ended + string.Concat(Enumerable.Repeat(Delta(s_hundred, 2) + Delta(s_hundred), 20));
        MeteredStream trial = new() { RunsDry = true };
        string answer = MeteredStream.Plain(await trial.AskAsync(Ask.Replace("4000", "1000,\"n\":3", StringComparison.Ordinal), [provided]));
        Assert.EndsWith(",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"},"
            + "{\"index\":2,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"fast\":F}\n\n" + Done, answer);

        // Set aside are three slices with their margins; of that a margin is left for each of the two choices that are cut.
        Assert.Equal(((3 * (512 + Margin)) - (2 * Margin)) / s_hundred.Length, answer.Split(s_hundred).Length - 1);
        Assert.Equal(1500 + (2 * Margin), Assert.Single(trial.Ledger.Records).Usage.Output);
    }

    [Fact]
    public async Task A_completion_ends_in_its_own_words()
    {
        string one = "data: {" + Text + ",\"choices\":[{\"index\":0,\"text\":\"" + s_hundred + "\",\"finish_reason\":null}]}\n\n";
        MeteredStream trial = new() { RunsDry = true, Endpoint = "completions" };
        string answer = MeteredStream.Plain(await trial.AskAsync(Ask, [string.Concat(Enumerable.Repeat(one, 9)) + Done]));
        Assert.Equal(string.Concat(Enumerable.Repeat(one, 5)) + "data: {" + Text
            + ",\"choices\":[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"length\"}],\"fast\":F}\n\n" + Done, answer);
    }

    [Fact]
    public async Task A_response_ends_in_its_own_words()
    {
        const string created = "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r1\",\"created_at\":5,\"model\":\"m\",\"usage\":null}}\n\n";
        string one = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":N,\"output_index\":0,\"delta\":\"" + s_hundred + "\"}\n\n";
        string deltas = string.Concat(Enumerable.Range(1, 9).Select(i => one.Replace("N", $"{i}", StringComparison.Ordinal)));
        string ask = Ask.Replace("max_tokens", "max_output_tokens", StringComparison.Ordinal);
        string provided = created + deltas;
        string expected = created + deltas[..(one.Length * 5)] + "event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"sequence_number\":6,"
            + "\"response\":{\"id\":\"r1\",\"object\":\"response\",\"created_at\":5,\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"
            + $"\"error\":null,\"model\":\"m\",\"output\":[],\"usage\":{{\"input_tokens\":{ask.Length},\"output_tokens\":532,\"total_tokens\":{ask.Length + 532}}},\"fast\":F}}}}\n\n";
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream trial = new() { RunsDry = true, Endpoint = "responses" };
            Assert.Equal(expected, MeteredStream.Plain(await trial.AskAsync(ask, pieces)));
        }, step: 11);
    }

    [Fact]
    public async Task What_cannot_be_read_is_paid_for_as_text()
    {
        string one = "data: " + s_hundred + "\ndata: y\n\n";
        MeteredStream trial = new() { RunsDry = true };
        string answer = await trial.AskAsync(Ask, [string.Concat(Enumerable.Repeat(one, 20))]);
        Assert.Equal(4, answer.Split(s_hundred).Length - 1);
        trial.AssertSettled(Assert.Single(trial.Ledger.Records).Cost);
    }

    [Fact]
    public async Task A_stream_goes_on_where_more_can_be_set_aside()
    {
        string provided = string.Concat(Enumerable.Repeat(Delta(s_hundred), 30)) + Usage.Replace("\"completion_tokens\":3,", "\"completion_tokens\":3000,", StringComparison.Ordinal) + Done;
        MeteredStream trial = new();
        Assert.Equal(provided.Replace(Regex.Match(provided, "data: [^\n]*\"choices\":\\[\\],[^\n]*\n\n").Value, "", StringComparison.Ordinal), await trial.AskAsync(Ask, [provided]));
        trial.AssertSettled(20 * 1000 + 3000 * 4000);
    }

    [Fact]
    public async Task A_stream_waits_for_a_lease_and_loses_nothing_however_it_is_cut()
    {
        string provided = string.Concat(Enumerable.Repeat(Delta(s_hundred), 12)) + Usage + Done;
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream trial = new();
            trial.Ledger.LeaseBeyond = 0;
            Assert.Equal(provided.Replace(Usage, "", StringComparison.Ordinal), await trial.AskAsync(Ask, pieces));
            trial.AssertSettled(20 * 1000 + 3 * 4000);
        }, step: 41);
    }

    [Fact]
    public async Task A_call_that_is_not_sure_to_be_paid_for_reaches_the_caller_whole_or_not_at_all()
    {
        string calls = Call("read_file", "{\\\"path\\\":") + string.Concat(Enumerable.Repeat(Call(null, s_hundred), 9));
        string end = "data: {" + Head + ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n" + Done;
        string provided = Delta("so") + calls + end;
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream dry = new() { RunsDry = true };
            string answer = MeteredStream.Plain(await dry.AskAsync(Ask, pieces));
            Assert.Equal(Delta("so") + "data: {" + Head + ",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"fast\":F}\n\n" + Done, answer);
            MeteredStream rich = new();
            Assert.Equal(provided, await rich.AskAsync(Ask, pieces));
        }, step: 53);
    }

    [Fact]
    public async Task A_call_is_judged_whole_however_the_stream_is_cut()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("read_file", "", ToolMode.Refuse, new ArgumentSpec("read_file", "path", "^/data/")))!;
        string end = "data: {" + Head + ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n" + Done;
        string good = Delta("so") + Call("read_file", "{\\\"path\\\":\\\"/da") + Call(null, "ta/x\\\"}") + end;
        string bad = good.Replace("ta/x", "y", StringComparison.Ordinal);
        await MeteredStream.EverywhereAsync(good, async pieces =>
        {
            MeteredStream trial = new() { Tools = rules };
            Assert.Equal(good, await trial.AskAsync(Ask, pieces));
        }, step: 3);
        await MeteredStream.EverywhereAsync(bad, async pieces =>
        {
            MeteredStream trial = new() { Tools = rules };
            string answer = MeteredStream.Plain(await trial.AskAsync(Ask, pieces));
            Assert.StartsWith(Delta("so") + "data: {" + Head + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"The call of the tool ", answer);
            Assert.EndsWith("\"logprobs\":null,\"finish_reason\":\"content_filter\"}],\"fast\":F}\n\n" + Done, answer);
            Assert.DoesNotContain("tool_calls", answer);
            Assert.Equal("tool_not_allowed", Assert.Single(trial.Ledger.Records).Decision);
        }, step: 3);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"index\":0,\"x\":NaN,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"evil\"}}]}}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":\ndata: [{\"index\":0,\"function\":{\"name\":\"evil\"}}]}}]}\n\n")]
    public async Task Where_tools_are_checked_what_cannot_be_read_does_not_pass(string unread)
    {
        MeteredStream trial = new() { Tools = ToolRules.Of(ToolTexts.Rule("read_*")) };
        string answer = await trial.AskAsync(Ask, [Delta("so") + unread + Delta("on") + Done]);
        Assert.StartsWith(Delta("so"), answer);
        Assert.EndsWith(Done, answer);
        Assert.DoesNotContain("evil", answer);
        Assert.Equal("tool_not_allowed", Assert.Single(trial.Ledger.Records).Decision);
        MeteredStream free = new();
        Assert.Contains("evil", await free.AskAsync(Ask, [Delta("so") + unread + Done]));
    }

    [Fact]
    public async Task What_is_only_glanced_at_does_not_change_what_a_broken_stream_costs()
    {
        string ask = Ask.Replace("mock/z", "chat", StringComparison.Ordinal);
        string whole = string.Concat(Enumerable.Repeat(Delta(s_hundred), 12)) + Usage.Replace("\"completion_tokens\":3,", "\"completion_tokens\":300,", StringComparison.Ordinal) + Done;
        long[] costs = new long[2];
        for (int glanced = 0; glanced < 2; glanced++)
        {
            TestLedger ledger = new();
            AccountState account = TestPolicy.Account(BudgetUnit.Usd, 100_000_000_000);
            using TestServer server = new(new TestSnapshot { Price = TestPolicy.Price, Ledger = ledger, Change = key => key with { Accounts = [account] } });
            server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream([whole], StubEnd.Clean)));
            await server.AnswerAsync(TestRequests.Chat(ask));
            if (glanced == 1)
                await server.AnswerAsync(TestRequests.Chat(ask, "Authorization: Bearer " + TestSnapshot.NarrowKey + "\r\n"));
            server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Stream(new StubStream([Delta(s_hundred)], StubEnd.Broken)));
            await server.AnswerAsync(TestRequests.Chat(ask));
            LedgerRecord record = ledger.Records.Last();
            Assert.Equal((2 + glanced, true), (ledger.Records.Count, record.Estimated));
            costs[glanced] = record.Usage.Output;
        }

        Assert.Equal(costs[0], costs[1]);
    }

    [Theory]
    [InlineData("", 1, 0)]
    [InlineData("\"n\":2,", 1, 1)]
    [InlineData("\"n\":2,", 2, 0)]
    [InlineData("\"n\":3,", 2, 1)]
    [InlineData("\"n\":3,", 1, 2)]
    [InlineData("\"n\":3,", 0, 3)]
    [InlineData("\"n\":100,", 64, 36)]
    public async Task The_end_of_some_choices_is_not_the_end_of_the_stream(string member, int finished, int underWay)
    {
        bool isOver = underWay == 0;
        string ask = Ask.Replace("{", "{" + member, StringComparison.Ordinal);
        string provided = ": hi\n\n" + string.Concat(Enumerable.Range(0, finished).Select(static choice => Delta("x", choice) + Finish(choice, ",\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":3}")));
        foreach (bool hasBudget in (bool[])[true, false])
        {
            // One by one, before the others have begun; and the provider tells the usage so far with each.
            MeteredStream trial = new() { End = StubEnd.Broken, HasBudget = hasBudget };
            await trial.AskAsync(ask, [provided]);
            LedgerRecord record = Assert.Single(trial.Ledger.Records);
            Assert.Equal((!isOver, isOver ? 3 : finished + (underWay * Margin)), (record.Estimated, record.Usage.Output));
        }
    }

    [Fact]
    public async Task The_end_of_one_choice_is_not_the_end_of_anothers_call()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("read_file", "", ToolMode.Refuse, new ArgumentSpec("read_file", "path", "^/data/")))!;
        string provided = Call("read_file", "{\\\"path\\\":\\\"/data/1\\\"}") + Call("read_file", "{\\\"path\\\":", 1) + Finish(0)
            + Call(null, "\\\"/data/2\\\"}", 1) + Finish(1) + Done;
        MeteredStream trial = new() { Tools = rules };
        Assert.Equal(provided, await trial.AskAsync(Ask, [provided]));
        MeteredStream other = new() { Tools = rules };
        string answer = await other.AskAsync(Ask, [provided.Replace("/data/2", "/etc", StringComparison.Ordinal)]);
        Assert.DoesNotContain("\"name\"", answer);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public async Task A_run_makes_only_so_many_calls(int limit, bool isCut)
    {
        string provided = Call("a", "{}") + Call("b", "{}", 0, 1) + Call("c", "{}", 0, 2) + Done;
        MeteredStream trial = new() { Run = new RunTemplate { Budgets = [new(BudgetUnit.ToolCalls, limit, BudgetPeriod.Total)] } };
        string answer = await trial.AskAsync(Ask.Replace("\"model\"", "\"tools\":[],\"model\"", StringComparison.Ordinal), [provided], "x-fast-run: r\r\n");
        Assert.Equal(isCut, answer.Contains("run_limit_exceeded", StringComparison.Ordinal));
        Assert.Equal(isCut, !answer.Contains("\"name\":\"c\"", StringComparison.Ordinal));
        Assert.True(trial.Runs.TryFind("r"u8, out RunState? run));
        Assert.Equal((limit, 0), (run.Account.Budgets[0].Current!.Settled, run.Account.Budgets[0].Current!.Reserved));
    }

    [Fact]
    public async Task The_receipt_stands_before_the_end_mark_when_it_is_wanted()
    {
        string provided = Delta("one") + Usage + Done;
        MeteredStream trial = new();
        string answer = MeteredStream.Plain(await trial.AskAsync(Ask, [provided], "x-fast-receipt: true\r\n"), out string fast);
        Assert.Equal(Delta("one") + "data: {" + Head + ",\"choices\":[],\"fast\":F}\n\n" + Done, answer);
        Assert.Contains("\"cost_usd\":0.000032,\"input_tokens\":20,\"output_tokens\":3", fast);
    }

    private static string Delta(string text, int choice = 0) =>
        "data: {" + Head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}\n\n";

    private static string Finish(int choice, string members = "") =>
        "data: {" + Head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":{},\"finish_reason\":\"tool_calls\"}]" + members + "}\n\n";

    private static string WithNull(string anEvent) => anEvent.Replace("}]}", "}],\"usage\":null}", StringComparison.Ordinal);

    private static string Call(string? name, string arguments, int choice = 0, int index = 0) =>
        "data: {" + Head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":{\"tool_calls\":[{\"index\":" + index + ",\"function\":{"
        + (name is null ? "" : $"\"name\":\"{name}\",") + "\"arguments\":\"" + arguments + "\"}}]},\"finish_reason\":null}]}\n\n";
}

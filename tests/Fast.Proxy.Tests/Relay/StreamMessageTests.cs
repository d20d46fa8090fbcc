using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>Servers that send whole messages in the chunks of a chat's stream, in the place of deltas or beside them.</summary>
public sealed class StreamMessageTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"max_tokens":4000,"tools":[]}""";

    private static readonly string s_end = Chunk("\"delta\":{}", "\"tool_calls\"") + "data: [DONE]\n\n";

    [Theory]
    [InlineData("ls", "{}", false)]
    [InlineData("rm", "{}", true)]
    [InlineData("read", "{\\\"path\\\":\\\"/data/x\\\"}", false)]
    [InlineData("read", "{\\\"path\\\":\\\"/etc/x\\\"}", true)]
    [InlineData("", "{}", true)]
    public async Task A_call_in_a_message_is_judged(string name, string arguments, bool isCut)
    {
        foreach (string also in (string[])["", "\"delta\":{},"])
        {
            string provided = Chunk(also + Message(Call(name, arguments))) + s_end;
            await MeteredStream.EverywhereAsync(provided, async pieces =>
            {
                MeteredStream stream = new() { Tools = Rules() };
                string answer = await stream.AskAsync(Ask, pieces);
                Assert.Equal(!isCut, answer == provided);
                Assert.Equal(isCut, !answer.Contains("\"tool_calls\":[", StringComparison.Ordinal));
                Assert.Equal(isCut ? "tool_not_allowed" : null, Assert.Single(stream.Ledger.Records).Decision);
            }, step: 13);
        }
    }

    [Fact]
    public async Task Each_message_has_calls_of_its_own()
    {
        string[] calls = [Call("ls", "{}"), Call("read", "{\\\"path\\\":\\\"/data/x\\\"}"), Call("ls", "{}")];
        string provided = Chunk(Message(calls[0] + "," + calls[1])) + Chunk(Message(calls[1])) + Chunk(Message(calls[2])) + s_end;
        Assert.Equal(provided, await new MeteredStream { Tools = Rules() }.AskAsync(Ask, [provided]));
        string bad = provided.Replace(Message(calls[1]), Message(Call("read", "{}")), StringComparison.Ordinal);
        Assert.DoesNotContain("\"tool_calls\":[", await new MeteredStream { Tools = Rules() }.AskAsync(Ask, [bad]));
    }

    [Fact]
    public async Task What_a_delta_has_told_of_and_a_message_tells_again_passes()
    {
        const string delta = "\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"read\",\"arguments\":\"{\\\"path\\\":\\\"/data/x\\\"}\"}}]},";
        string provided = Chunk(delta + Message(Call("read", "{\\\"path\\\":\\\"/data/x\\\"}"))) + s_end;
        Assert.Equal(provided, await new MeteredStream { Tools = Rules() }.AskAsync(Ask, [provided]));
    }

    [Theory]
    [InlineData("\"message\"", "\"Message\"")]
    [InlineData("\"message\"", "\"me\\u017Fsage\"")]
    [InlineData("\"tool_calls\":[{", "\"Tool_calls\":[{")]
    [InlineData("\"name\":\"ls\"", "\"name\":\"ls\",\"name\":\"ls\"")]
    public async Task One_in_a_spelling_that_parsers_read_differently_does_not_pass(string plain, string spelled)
    {
        string provided = Chunk(Message(Call("ls", "{}"))).Replace(plain, spelled, StringComparison.Ordinal) + s_end;
        Assert.DoesNotContain("\"arguments\"", await new MeteredStream { Tools = Rules() }.AskAsync(Ask, [provided]));
    }

    [Theory]
    [InlineData(2, 9, false)]
    [InlineData(1, 9, true)]
    [InlineData(9, 1, true)]
    public async Task It_counts(int calls, int repeats, bool isCut)
    {
        string provided = Chunk(Message(Call("ls", "{}"))) + Chunk(Message(Call("ls", "{}"))) + s_end;
        MeteredStream stream = new() { Run = new RunTemplate { Budgets = [new(BudgetUnit.ToolCalls, calls, BudgetPeriod.Total)], Repeats = repeats } };
        string answer = await stream.AskAsync(Ask, [provided], "x-fast-run: r\r\n");
        Assert.Equal(isCut, answer.Contains("run_limit_exceeded", StringComparison.Ordinal));
        Assert.True(stream.Runs.TryFind("r"u8, out RunState? run));
        Assert.Equal(Math.Min(2, calls), run.Account.Budgets[0].Current!.Settled);
    }

    [Fact]
    public async Task Its_text_is_paid_for_before_it_passes()
    {
        string provided = string.Concat(Enumerable.Repeat(Chunk("\"message\":{\"content\":\"" + new string('x', 100) + "\"}"), 9)) + "data: [DONE]\n\n";
        MeteredStream stream = new() { RunsDry = true };
        string answer = await stream.AskAsync(Ask, [provided]);
        Assert.Equal(5, answer.Split("\"message\"").Length - 1);
        Assert.Equal(("budget_exceeded", 532L), (Assert.Single(stream.Ledger.Records).Decision, stream.Ledger.Records.Single().Usage.Output));
    }

    [Fact]
    public async Task What_it_tells_beside_the_deltas_counts_once()
    {
        string[] texts = ["x", "xx", "xxx", "xxx" + new string('y', 100)];
        string provided = string.Concat(texts.Select((text, i) => Chunk($"\"delta\":{{\"content\":\"{(i < 3 ? "x" : "")}\"}},\"message\":{{\"content\":\"{text}\"}}")));
        MeteredStream stream = new() { End = StubEnd.Broken };
        await stream.AskAsync(Ask, [provided]);
        LedgerRecord record = Assert.Single(stream.Ledger.Records);
        Assert.Equal(103 + 32, record.Usage.Output);
    }

    private static ToolRules Rules() => ToolRules.Of(ToolTexts.Rule("ls read", "", ToolMode.Refuse, new ArgumentSpec("read", "path", "^/data/")))!;

    private static string Chunk(string members, string finish = "null") =>
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0," + members + ",\"finish_reason\":" + finish + "}]}\n\n";

    private static string Message(string calls) => "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + calls + "]}";

    private static string Call(string name, string arguments) =>
        "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + arguments + "\"}}";
}

using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>Names that come in pieces, and calls that share a number. Each event is written as <c>number:name/arguments</c>, or as <c>end</c>.</summary>
public sealed class CallNameTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"max_tokens":4000,"tools":[]}""";
    private const string AskUsage = """{"model":"mock/z","stream":true,"max_tokens":4000,"tools":[],"stream_options":{"include_usage":true}}""";

    [Theory]
    [InlineData("del/ ete_file/ /{} end")]
    [InlineData("del/ ete_file/{} end")]
    [InlineData("del/ ete_file/ end")]
    [InlineData("del/ ete_file/")]
    [InlineData("d/ e/ l/ ete/ _file/ 1:ls/{} end")]
    [InlineData("del/,ete_file/{} end")]
    [InlineData("del/ 1:ls/ ete_file/{} end")]
    [InlineData("del/{} ete_file/ end")]
    [InlineData("del/ /{ ete_file/ /} end")]
    [InlineData("ls/{} 1:del/ /{} 1:ete_file/ 0:ls/{} end")]
    [InlineData("del/{} 1:ls/{} 0:ete_file/ end")]
    [InlineData("del/{} ete_file/{} end")]
    public async Task A_denied_name_does_not_pass_in_pieces(string events)
    {
        string provided = Stream(events);
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            MeteredStream stream = new() { Tools = Rules(null, "delete_file") };
            string answer = await stream.AskAsync(AskUsage, pieces);
            Assert.DoesNotContain("\"name\":\"ete_file\"", answer);
            Assert.DoesNotContain("\"name\":\"delete_file\"", answer);
            Assert.EndsWith("data: [DONE]\n\n", answer);
            Assert.Equal("tool_not_allowed", Assert.Single(stream.Ledger.Records).Decision);
        }, step: 17);
    }

    [Theory]
    [InlineData("del/ ete_file/ /{} end", "delete_file/ / /{} end")]
    [InlineData("del/ ete_file/{} end", "delete_file/ /{} end")]
    [InlineData("del/ ete_file/ end", "delete_file/ / end")]
    [InlineData("del/,ete_file/{} end", "delete_file/,/{} end")]
    [InlineData("d/ e/ l/ ete/ _file/ 1:delete_file/{} end", "delete_file/ / / / / 1:delete_file/{} end")]
    [InlineData("delete_file/{} 1:del/ 1:ete_file/ 1:/{} end", "delete_file/{} 1:delete_file/ 1:/ 1:/{} end")]
    public async Task An_allowed_name_in_pieces_passes_as_one(string events, string expected)
    {
        string provided = Stream(events);
        foreach (string ask in (string[])[Ask, AskUsage])
        {
            string received = ask == Ask ? Stream(expected, hasUsage: false) : Stream(expected);
            await MeteredStream.EverywhereAsync(provided, async pieces =>
                Assert.Equal(received, await new MeteredStream { Tools = Rules("delete_file", "") }.AskAsync(ask, pieces)), step: 17);
        }
    }

    [Theory]
    [InlineData("del ete_file", "del/ ete_file/{} end", true)]
    [InlineData("del ete_file", "del/ 1:del/{} 0:ete_file/{} end", true)]
    [InlineData("del ete_file", "del/{} ete_file/ end", true)]
    [InlineData("del ete_file", "del/{} ete_file/ 1:del/{} end", true)]
    [InlineData("del ete_file", "del/{ ete_file/} end", true)]
    [InlineData("del ete_file", "del/{} 1:del/{} 0:ete_file/", true)]
    [InlineData("x_rm", "x_/{} rm/{} end", true)]
    [InlineData("x_rm rm", "x_/ 1:rm/ 0:rm/{} end", true)]
    [InlineData("git push", "git/{} push/\\n end", true)]

    // The rest of a call that has passed, beside one that is kept back.
    [InlineData("a b", "a/{ /},1:b/ end", false)]
    [InlineData("a b", "a/{ 1:b/ 0:/} end", false)]

    // Servers that tell of calls one behind the other under one number, and such as say the name with each piece.
    [InlineData("del ete_file", "del/{} ete_file/{} end", false)]
    [InlineData("del ete_file", "del/ /{\"a\": /\"}]\"} ete_file/ /{} del/ /{} end", false)]
    [InlineData("del ete_file", "del/{} del/{} ete_file/[] end", false)]
    [InlineData("del ete_file", "del/{} 1:ete_file/ /{} end", false)]
    [InlineData("del", "del/{ del/\"a\": del/1} end", false)]
    public async Task All_that_clients_may_read_has_to_be_on_the_list(string allow, string events, bool isCut)
    {
        string provided = Stream(events);
        await MeteredStream.EverywhereAsync(provided, async pieces =>
        {
            string answer = await new MeteredStream { Tools = Rules(allow, "") }.AskAsync(AskUsage, pieces);
            Assert.Equal(isCut, answer != provided);
            Assert.Equal(isCut, answer.Contains("\"content_filter\"", StringComparison.Ordinal));
        }, step: 29);
    }

    [Theory]
    [InlineData("read/{\"path\":\"/data/x\"} read/{\"path\":\"/data/y\"} ls/{} end", false)]
    [InlineData("read/{\"path\":\"/data/x\"} read/{\"path\":\"/etc/y\"} ls/{} end", true)]
    [InlineData("read/{\"path\":\"/data/x\"} rm/{} end", true)]
    [InlineData("re/ ad/ /{\"path\":\"/data/x\"} end", false)]
    [InlineData("re/ ad/ /{\"path\":\"/etc/x\"} end", true)]
    public async Task So_it_is_where_arguments_are_judged(string events, bool isCut)
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("read ls", "", ToolMode.Refuse, new ArgumentSpec("read", "path", "^/data/")))!;
        string answer = await new MeteredStream { Tools = rules }.AskAsync(AskUsage, [Stream(events)]);
        Assert.Equal(isCut, !answer.Contains("\"name\"", StringComparison.Ordinal));
        Assert.Equal(!isCut, answer == Stream(events.Replace("re/ ad/", "read/ /", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ls/{} ls/{} end", 2, false)]
    [InlineData("ls/{} ls/{} ls/{} end", 2, true)]
    [InlineData("ls/{} 1:ls/{} ls/{\"a\":1} end", 2, false)]
    public async Task Calls_that_share_a_number_are_repeats_each_by_itself(string events, int repeats, bool isCut)
    {
        string answer = await new MeteredStream { Run = new RunTemplate { Repeats = repeats } }.AskAsync(AskUsage, [Stream(events)], "x-fast-run: r\r\n");
        Assert.Equal(isCut, answer.Contains("run_limit_exceeded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_it_is_only_told_of_a_name_in_pieces_passes_with_a_warning()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule(null, "delete_file", ToolMode.Warn))!;
        string answer = await new MeteredStream { Tools = rules }.AskAsync(AskUsage, [Stream("del/ ete_file/ /{} end")]);
        Assert.Contains("\"name\":\"delete_file\"", answer);
        Assert.Contains("\"warning\":\"tool_not_allowed: ", answer);
    }

    [Fact]
    public async Task Names_have_an_end_and_so_has_their_number()
    {
        string endless = string.Concat(Enumerable.Repeat("abcdefgh/ ", 40));
        Assert.DoesNotContain("abcdefgh", await new MeteredStream { Tools = Rules("*", "") }.AskAsync(AskUsage, [Stream(endless)]));
        string far = Stream("del/") + "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"" + new string('x', 70_000) + "\"}}]}\n\n" + Stream("ete_file/{} end");
        Assert.DoesNotContain("\"name\"", await new MeteredStream { Tools = Rules("*", "") }.AskAsync(AskUsage, [far]));

        // However often a call is made under one number: names put together are longer than any can be.
        string many = Stream(string.Concat(Enumerable.Repeat("read_file/{} ", 60)) + "end");
        Assert.Equal(many, await new MeteredStream { Tools = Rules("read_file", "") }.AskAsync(AskUsage, [many]));
        string calls = string.Concat(Enumerable.Range(0, AnswerTools.CallsMax + 1).Select(static i => $"{i}:ls/{{}} "));
        string answer = await new MeteredStream { Tools = Rules("ls", "") }.AskAsync(AskUsage, [Stream(calls)]);
        Assert.Contains("has too many calls", answer);
        Assert.Equal(AnswerTools.CallsMax, answer.Split("\"name\"").Length - 1);
    }

    private static ToolRules Rules(string? allow, string deny) => ToolRules.Of(ToolTexts.Rule(allow, deny))!;

    private static string Stream(string events, bool hasUsage = true) =>
        string.Concat(events.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => Event(one, hasUsage)));

    private static string Event(string one, bool hasUsage)
    {
        bool isEnd = one == "end";
        string delta = isEnd ? "" : "\"tool_calls\":[" + string.Join(',', one.Split(",").Select(Call)) + "]";
        return "data: {" + (hasUsage ? "\"usage\":null," : "") + "\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"finish_reason\":"
            + (isEnd ? "\"tool_calls\"}]}\n\ndata: [DONE]\n\n" : "null}]}\n\n");
    }

    private static string Call(string one)
    {
        string[] numbered = one.Split(':', 2);
        bool hasNumber = numbered.Length == 2 && int.TryParse(numbered[0], out _);
        string[] parts = (hasNumber ? numbered[1] : one).Split('/', 2);
        return "{\"index\":" + (hasNumber ? numbered[0] : "0") + ",\"function\":{\"name\":\"" + parts[0] + "\",\"arguments\":\""
            + parts[1].Replace("\"", "\\\"", StringComparison.Ordinal) + "\"}}";
    }
}

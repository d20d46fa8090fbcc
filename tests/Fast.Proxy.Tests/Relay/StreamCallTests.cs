using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Relay;

/// <summary>Calls of tools in streams of servers that tell of them in their own ways.</summary>
public sealed class StreamCallTests
{
    private const string Ask = """{"model":"mock/z","stream":true,"max_tokens":4000,"tools":[]}""";
    private const string AskResponse = """{"model":"mock/z","stream":true,"max_output_tokens":4000,"tools":[]}""";
    private const string Created = "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r1\",\"usage\":null}}\n\n";

    private static readonly string s_end = Chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n";

    [Theory]
    [InlineData("", "/etc/x", "/data/x", true)]
    [InlineData("\"index\":0,", "/data/x", "/etc/x", true)]
    [InlineData("\"index\":0,", "/data/x", "/data/y", false)]
    public async Task Calls_that_share_an_index_are_judged_each_by_itself(string index, string one, string other, bool isCut)
    {
        // As Gemini does under OpenAI's names.
        string provided = Chunk(Call("read_file", one, index)) + Chunk(Call("read_file", other, index)) + s_end;
        string answer = await Stream(Rules("*")).AskAsync(Ask, [provided]);
        if (isCut)
            Assert.DoesNotContain("function", answer);
        else
            Assert.Equal(provided, answer);
    }

    [Theory]
    [InlineData("/etc/x", "/data/x")]
    [InlineData("/data/x", "/etc/x")]
    public async Task So_are_items_that_share_an_index(string one, string other)
    {
        string provided = Created + Told(Function("read_file", one)) + Told(Function("read_file", other)) + Last("");
        Assert.DoesNotContain("function_call", await Stream(Rules("*"), "responses").AskAsync(AskResponse, [provided]));
        string good = provided.Replace("/etc/", "/data/", StringComparison.Ordinal);
        Assert.Equal(good, await Stream(Rules("*"), "responses").AskAsync(AskResponse, [good]));
    }

    [Theory]
    [InlineData("mcp_call", "pull", "mcp/git/*", false)]
    [InlineData("mcp_call", "rm", "*", false)]
    [InlineData("mcp_call", "push", "*", true)]
    [InlineData("mcp_call", "pull", "pull", true)]
    [InlineData("mcp_approval_request", "pull", "mcp/git/*", false)]
    [InlineData("mcp_approval_request", "push", "*", true)]
    [InlineData("some_other_call", "push", "*", false)]
    [InlineData("some_other_call", "rm", "*", true)]
    [InlineData("some_other_call", "push", "ls", true)]
    public async Task An_item_is_known_by_the_same_name_as_in_an_answer_that_is_not_streamed(string type, string name, string allow, bool isCut)
    {
        string item = "{\"type\":\"" + type + "\",\"server_label\":\"git\",\"name\":\"" + name + "\",\"arguments\":\"{}\"}";
        string provided = Created + Told(item) + Last(item);
        string answer = await Stream(Rules(allow), "responses").AskAsync(AskResponse, [provided]);
        if (isCut)
            Assert.DoesNotContain(type, answer);
        else
            Assert.Equal(provided, answer);
    }

    [Theory]
    [InlineData(0, "added done last")]
    [InlineData(63, "added done last")]
    [InlineData(64, "added done last")]
    [InlineData(64, "added last")]
    [InlineData(64, "done last")]
    [InlineData(64, "done")]
    [InlineData(64, "last")]
    [InlineData(200, "added done last")]
    public async Task Calls_count_once_however_many_items_stand_before_them(int before, string told)
    {
        string[] calls = [Function("one", "/x"), Function("two", "/x")];
        string provided = Created;
        for (int i = 0; i < calls.Length; i++)
        {
            provided += told.Contains("added", StringComparison.Ordinal) ? Item("added", calls[i], before + i) : "";
            provided += told.Contains("done", StringComparison.Ordinal) ? Item("done", calls[i], before + i) : "";
        }

        string items = string.Concat(Enumerable.Repeat("{\"type\":\"reasoning\"},", before)) + string.Join(',', calls);
        provided += Last(told.EndsWith("last", StringComparison.Ordinal) ? items : "");
        MeteredStream stream = new()
        {
            Run = new RunTemplate { Budgets = [new(BudgetUnit.ToolCalls, 9, BudgetPeriod.Total)], Repeats = 1 },
            Endpoint = "responses",
        };
        Assert.Equal(provided, await stream.AskAsync(AskResponse, [provided], "x-fast-run: r\r\n"));
        Assert.True(stream.Runs.TryFind("r"u8, out RunState? run));
        Assert.Equal(2, run.Account.Budgets[0].Current!.Settled);
    }

    [Theory]
    [InlineData("\"choices\"", "\"Choices\"")]
    [InlineData("\"delta\"", "\"DELTA\"")]
    [InlineData("\"tool_calls\":[{", "\"Tool_Calls\":[{")]
    [InlineData("\"tool_calls\":[{", "\"tool_call\\u017F\":[{")]
    [InlineData("\"function\"", "\"Function\"")]
    [InlineData("\"name\"", "\"Name\"")]
    [InlineData("\"name\":\"rm\"", "\"name\":\"rm\",\"name\":\"ls\"")]
    [InlineData("\"name\":\"rm\"", "\"name\":\"ls\",\"n\\u0061me\":\"rm\"")]
    [InlineData("\"arguments\"", "\"arguments\":\"\",\"Arguments\"")]
    public async Task A_call_in_a_spelling_that_parsers_read_differently_does_not_pass(string plain, string spelled)
    {
        string call = Chunk(Call("rm", "/etc/x")).Replace(plain, spelled, StringComparison.Ordinal);
        MeteredStream stream = Stream(Rules("*"));
        string answer = await stream.AskAsync(Ask, [call + s_end]);
        Assert.DoesNotContain("/etc/", answer);
        Assert.EndsWith("data: [DONE]\n\n", answer);
        Assert.Equal("tool_not_allowed", Assert.Single(stream.Ledger.Records).Decision);
    }

    [Theory]
    [InlineData("\"item\"", "\"Item\"")]
    [InlineData("\"item\":", "\"item\":{},\"item\":")]
    [InlineData("\"type\":\"function_call\"", "\"Type\":\"function_call\"")]
    [InlineData("\"type\":\"function_call\"", "\"type\":\"function_call\",\"type\":\"message\"")]
    [InlineData("\"type\":\"response.output_item.done\"", "\"Type\":\"response.output_item.done\"")]
    [InlineData("\"type\":\"response.output_item.done\"", "\"type\":\"response.output_item.done\",\"type\":\"x\"")]
    [InlineData("\"name\":\"rm\"", "\"name\":\"rm\",\"name\":\"ls\"")]
    public async Task Nor_does_an_item(string plain, string spelled)
    {
        string item = Item("done", Function("rm", "/etc/x"), 0).Replace(plain, spelled, StringComparison.Ordinal);
        MeteredStream stream = Stream(Rules("*"), "responses");
        string answer = await stream.AskAsync(AskResponse, [Created + item + Last("")]);
        Assert.StartsWith(Created + "event: response.incomplete\n", answer);
        Assert.DoesNotContain("/etc/", answer);
        Assert.Equal("tool_not_allowed", Assert.Single(stream.Ledger.Records).Decision);
    }

    [Theory]
    [InlineData("response.created")]
    [InlineData("response.in_progress")]
    [InlineData("response.whatever")]
    public async Task Nor_does_one_that_a_response_tells_of_before_it_is_complete(string type)
    {
        string early = Last(Function("rm", "/etc/x")).Replace("response.completed", type, StringComparison.Ordinal);
        Assert.DoesNotContain("/etc/", await Stream(Rules("*"), "responses").AskAsync(AskResponse, [Created + early + Last("")]));

        // One that may pass does, and counts where its own events tell of it.
        string item = Function("ls", "/x");
        string good = Created + Last(item).Replace("response.completed", type, StringComparison.Ordinal) + Told(item) + Last(item);
        MeteredStream stream = new() { Tools = Rules("*"), Run = new RunTemplate { Repeats = 1 }, Endpoint = "responses" };
        Assert.Equal(good, await stream.AskAsync(AskResponse, [good], "x-fast-run: r\r\n"));
    }

    [Fact]
    public async Task What_only_looks_like_a_call_passes()
    {
        const string text = "\"content\":\"Say \\u003ctool_call\\u003e or \\\"Tool_Calls\\\": [{\",\"tool_calls\":null,\"function_call\":null";
        string provided = Chunk("{" + text + "}") + Chunk(Call("ls", "/x")) + Chunk("{\"tool_calls\":[{\"index\":0,\"id\":null,\"type\":null,\"function\":{\"name\":null,\"arguments\":\"\"}}]}") + s_end;
        Assert.Equal(provided, await Stream(Rules("*")).AskAsync(Ask, [provided]));
        string item = "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Type: function_call\"}]}";
        string response = Created + Told(item) + Told("{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\"}}", 1) + Last(item);
        Assert.Equal(response, await Stream(Rules("*"), "responses").AskAsync(AskResponse, [response]));
    }

    private static MeteredStream Stream(ToolRules rules, string endpoint = "chat/completions") => new() { Tools = rules, Endpoint = endpoint };

    private static ToolRules Rules(string allow) =>
        ToolRules.Of(ToolTexts.Rule(allow, "rm mcp/git/push", ToolMode.Refuse, new ArgumentSpec("read_file", "path", "^/data/")))!;

    private static string Chunk(string delta, string finish = "null") =>
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";

    private static string Call(string name, string path, string index = "\"index\":0,") =>
        "{\"tool_calls\":[{" + index + "\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + Path(path) + "\"}}]}";

    private static string Function(string name, string path) => "{\"type\":\"function_call\",\"name\":\"" + name + "\",\"arguments\":\"" + Path(path) + "\"}";

    private static string Path(string path) => "{\\\"path\\\":\\\"" + path + "\\\"}";

    private static string Told(string item, int index = 0) => Item("added", item, index) + Item("done", item, index);

    private static string Item(string what, string item, int index) =>
        "event: response.output_item." + what + "\ndata: {\"type\":\"response.output_item." + what + "\",\"output_index\":" + index + ",\"item\":" + item + "}\n\n";

    private static string Last(string items) =>
        "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"r1\",\"output\":[" + items
        + "],\"usage\":{\"input_tokens\":20,\"output_tokens\":3}}}\n\n";
}

using System;
using System.Linq;
using System.Threading.Tasks;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

/// <summary>What a request is told whose offers or history are not allowed.</summary>
public sealed class ToolDoorTests
{
    private const string Offer = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"rm\"}}]";
    private const string OfferWarning = "tool_not_allowed: The offer of the tool 'rm' (it is not on the list) is not allowed here";

    [Fact]
    public void A_history_that_repeats_too_often_is_refused_by_the_tools_name()
    {
        Exchange exchange = Admitted(History(3), tools: null, new RunTemplate { Repeats = 2 });
        Assert.Equal((Fault.RunLimitExceeded, "repeats"), (exchange.Fault, exchange.Refusal!.Decision));
        Assert.Equal("run:k/r, 2 repeats; it calls 'look' with the same arguments, 3 times", exchange.FaultDetail);
    }

    [Fact]
    public void A_history_and_an_offer_are_both_warned_of()
    {
        string body = History(3).Replace("{\"model\"", "{" + Offer + ",\"model\"", StringComparison.Ordinal);
        Exchange exchange = Admitted(body, Warns(), new RunTemplate { Repeats = 2, RepeatsWarn = true });
        Assert.Equal(Fault.None, exchange.Fault);
        Assert.Equal($"{OfferWarning}; repeats: 'look' with the same arguments, 3 times", exchange.Admission.Warning);
    }

    [Theory]
    [InlineData("look", "")]
    [InlineData("rm", "; tool_not_allowed: The call of the tool 'rm' (it is not on the list) is not allowed here.")]
    public async Task An_offer_that_is_only_warned_of_is_told_as_an_offer_beside_its_calls(string called, string told)
    {
        string answered = "{\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"" + called + "\",\"arguments\":\"{}\"}}]}}]}";
        using TestServer server = new(Snapshot(Warns(), RunTemplate.Default));
        server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json(answered));
        TestAnswer answer = new(await server.AnswerAsync(TestRequests.Chat("{\"model\":\"mock/z\"," + Offer + "}")));
        Assert.Equal(OfferWarning + told, answer.Field("x-fast-warning"));
        Assert.Equal(answered, answer.Body);
    }

    [Theory]
    [InlineData("tools", "\"rm\"", "an array")]
    [InlineData("tools", "{\"type\":\"function\",\"function\":{\"name\":\"rm\"}}", "an array")]
    [InlineData("tools", "true", "an array")]
    [InlineData("tools", "7", "an array")]
    [InlineData("functions", "{\"name\":\"rm\"}", "an array")]
    [InlineData("tool_choice", "[\"rm\"]", "a string or an object")]
    [InlineData("function_call", "1", "a string or an object")]
    [InlineData("web_search_options", "true", "an object")]
    [InlineData("tools", "null", null)]
    [InlineData("tools", "[]", null)]
    [InlineData("tool_choice", "\"auto\"", null)]
    [InlineData("web_search_options", "null", null)]
    public async Task What_is_no_list_of_tools_is_refused_where_there_are_rules(string member, string value, string? shape)
    {
        string request = TestRequests.Chat("{\"model\":\"mock/z\",\"" + member + "\":" + value + "}");
        foreach (ToolRules? rules in (ToolRules?[])[ToolRules.Of(ToolTexts.Rule("look")), ToolRules.Of(ToolTexts.Rule("*", "", ToolMode.Strip)), Warns()])
        {
            using TestServer server = new(Snapshot(rules, RunTemplate.Default));
            server.Upstream.Answer = _ => Task.FromResult(server.Upstream.Json("{}"));
            TestAnswer answer = new(await server.AnswerAsync(request));
            Assert.Equal((shape is null ? 200 : 400, shape is null ? 1 : 0), (answer.Status, server.Upstream.Requests.Count));
            if (shape is not null)
                Assert.Contains($"\"message\":\"The tools of the request cannot be read: '{member}' has to be {shape}.\",\"type\":\"invalid_request_error\",\"param\":\"tools\",\"code\":\"invalid_tools\"", answer.Body);
        }

        // Without rules it is the provider's to judge.
        using TestServer free = new();
        free.Upstream.Answer = _ => Task.FromResult(free.Upstream.Json("{}"));
        Assert.Equal(200, new TestAnswer(await free.AnswerAsync(request)).Status);
    }

    private static ToolRules? Warns() => ToolRules.Of(ToolTexts.Rule("look", "", ToolMode.Warn));

    private static Exchange Admitted(string body, ToolRules? tools, RunTemplate run)
    {
        Exchange exchange = new TestExchange(TestRequests.Chat(body, TestRequests.KeyField + "x-fast-run: r\r\n"), Snapshot(tools, run)).Exchange;
        TestPolicy.Admit(exchange);
        return exchange;
    }

    private static TestSnapshot Snapshot(ToolRules? tools, RunTemplate run)
    {
        RunTable runs = new("k");
        return new TestSnapshot { Change = key => key with { Tools = tools, Runs = runs, Run = run } };
    }

    /// <summary>A chat in which the same call was made so many times.</summary>
    private static string History(int calls)
    {
        const string call = "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]}";
        return "{\"model\":\"mock/z\",\"messages\":[" + string.Join(',', Enumerable.Repeat(call, calls)) + "]}";
    }
}

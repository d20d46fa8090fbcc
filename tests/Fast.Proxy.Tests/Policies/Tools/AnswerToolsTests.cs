using System;
using System.Linq;
using System.Text;
using Fast.Proxy.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class AnswerToolsTests
{
    private const string Parallel = """
        {"id":"x","choices":[{"message":{"role":"assistant","content":"\"tool_calls\":[{]","tool_calls":[
          {"id":"1","type":"function","function":{"name":"a","arguments":"{\"k\":\"\\u00e4\"}"}},
          {"id":"2","type":"custom","custom":{"name":"b","input":"free \"text\""}}]},"index":1},
         {"index":0,"message":{"role":"assistant","content":null,"tool_calls":null,"function_call":{"name":"c","arguments":"{}"}}}],"usage":{}}
        """;

    [Theory]
    [InlineData("""{"choices":[]}""", "")]
    [InlineData("""{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"}}]}""", "")]
    [InlineData("""{"choices":[{"message":{}},{"message":{"tool_calls":[{"function":{"name":"a","arguments":{"k":1}}}]}}]}""", """1 a {"k":1}""")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"type":"odd","function":{"name":"a"}}]}}]}""", "0 a ")]
    [InlineData("""{"output":[{"type":"reasoning"},{"type":"function_call","call_id":"1","name":"a","arguments":"{\"k\":1}"}]}""", """1 a {"k":1}""")]
    [InlineData("""{"output":[{"type":"custom_tool_call","name":"a","input":"x"},{"type":"message","content":[{"type":"output_text"}]}]}""", "0 a x")]
    [InlineData("""{"output":[{"type":"mcp_call","server_label":"git","name":"push","arguments":"{}"}]}""", "0 mcp/git/push {}")]
    [InlineData("""{"output":[{"type":"mcp_approval_request","server_label":"git","name":"push","arguments":"{}"}]}""", "0 mcp/git/push {}")]
    [InlineData("""{"output":[{"type":"web_search_call","action":{"query":"q"}}]}""", """0 web_search* {"query":"q"}""")]
    [InlineData("""{"Choices":[{"MESSAGE":{"Tool_calls":[{"function":{"name":"a","arguments":""}}]}}]}""", "0 a ")]
    public void Each_spelling_of_a_call_is_found(string answer, string call) => Assert.Equal(call, string.Join('|', ToolTexts.Answered(answer)));

    [Fact]
    public void Calls_come_with_their_choice_and_what_they_mean() =>
        Assert.Equal(["1 a {\"k\":\"\\u00e4\"}", "1 b free \"text\"", "0 c {}"], ToolTexts.Answered(Parallel));

    [Theory]
    [InlineData("null")]
    [InlineData("""{"function":{"arguments":"{}"}}""")]
    [InlineData("""{"type":"function"}""")]
    [InlineData("""{"type":"web_search"}""")]
    [InlineData("""{"function":{"name":"a","name":"b","arguments":"{}"}}""")]
    [InlineData("""{"function":{"name":"a","arguments":"{}","arguments":"{\"x\":1}"}}""")]
    [InlineData("""{"function":{"name":"a","arguments":"{}","Arguments":"{\"x\":1}"}}""")]
    [InlineData("""{"function":{"name":"a","arguments":"\ud800"}}""")]
    [InlineData("""{"function":{"name":"a"},"custom":{"name":"b"}}""")]
    public void A_call_that_parsers_may_read_differently_passes_no_rule(string call)
    {
        byte[] answer = Encoding.UTF8.GetBytes($$$"""{"choices":[{"message":{"tool_calls":[{{{call}}}]}}]}""");
        AnswerTools calls = new(answer, new byte[answer.Length + ToolSpelling.NameBytesMax]);
        Assert.True(calls.Next());
        ToolCall found = calls.Current;
        Assert.Equal(ToolDenial.NotUnderstood, ToolRules.Of(ToolTexts.Rule("*"))!.JudgeCall(in found).Why);
        Assert.False(calls.Next());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{\"type\":\"function_call\"}")]
    [InlineData("{\"type\":\"function_call\",\"name\":null}")]
    [InlineData("{\"type\":\"mcp_call\",\"name\":\"push\"}")]
    [InlineData("{\"type\":\"mcp_call\",\"server_label\":\"git\"}")]
    [InlineData("{\"type\":\"message\",\"type\":\"function_call\",\"name\":\"a\"}")]
    public void An_item_that_parsers_may_read_differently_passes_no_rule(string item)
    {
        byte[] answer = Encoding.UTF8.GetBytes($$"""{"output":[{{item}}]}""");
        AnswerTools calls = new(answer, new byte[answer.Length + ToolSpelling.NameBytesMax]);
        Assert.True(calls.Next());
        ToolCall found = calls.Current;
        Assert.Equal(ToolDenial.NotUnderstood, ToolRules.Of(ToolTexts.Rule("*"))!.JudgeCall(in found).Why);
    }

    [Fact]
    public void A_call_is_held_to_the_rules_and_a_hosted_one_was_judged_before()
    {
        ToolRules rules = ToolRules.Of(ToolTexts.Rule("a", "", ToolMode.Refuse, new ArgumentSpec("a", "k", "^ä$")))!;
        Assert.Equal((ToolDenial.None, ToolDenial.NotAllowed, ToolDenial.NotAllowed), Three(rules, Parallel));
        Assert.Equal((ToolDenial.None, ToolDenial.None, ToolDenial.ArgumentsMalformed), Three(rules, """
            {"output":[{"type":"web_search_call"},{"type":"computer_call","action":{}},{"type":"function_call","name":"a","arguments":"{"}]}
            """));
    }

    [Fact]
    public void There_are_only_so_many_calls()
    {
        string many = string.Join(',', Enumerable.Repeat("""{"function":{"name":"a","arguments":"{}"}}""", AnswerTools.CallsMax + 1));
        byte[] answer = Encoding.UTF8.GetBytes($$$"""{"choices":[{"message":{"tool_calls":[{{{many}}}]}}]}""");
        AnswerTools calls = new(answer, new byte[answer.Length + ToolSpelling.NameBytesMax]);
        int seen = 0;
        while (calls.Next())
            seen++;
        Assert.Equal((AnswerTools.CallsMax, true), (seen, calls.IsTooMany));
    }

    [Fact]
    public void A_text_that_breaks_off_anywhere_is_walked_to_its_end()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Parallel);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            AnswerTools calls = new(part, new byte[part.Length + ToolSpelling.NameBytesMax]);
            int seen = 0;
            while (calls.Next())
                seen++;
            Assert.InRange(seen, 0, 3);
        }
    }

    private static (ToolDenial, ToolDenial, ToolDenial) Three(ToolRules rules, string answer)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(answer);
        AnswerTools calls = new(bytes, new byte[bytes.Length + ToolSpelling.NameBytesMax]);
        Span<ToolDenial> denials = stackalloc ToolDenial[3];
        foreach (ref ToolDenial denial in denials)
        {
            Assert.True(calls.Next());
            ToolCall call = calls.Current;
            denial = rules.JudgeCall(in call).Why;
        }

        Assert.False(calls.Next());
        return (denials[0], denials[1], denials[2]);
    }
}

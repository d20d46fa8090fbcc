using System;
using System.Linq;
using System.Text;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Policies.Tools;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class RequestToolsTests
{
    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"tools":null,"tool_choice":null,"functions":[]}""", "")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a","parameters":{"name":"no"}}},{"type":"custom","custom":{"name":"b"}}]}""", "Tool a,Tool b")]
    [InlineData("""{"tools":[{"function":{"description":"\"]}{[\\","name":"a"}}]}""", "Tool a")]
    [InlineData("""{"tools":[{"type":"function","name":"a"},{"name":"b","type":"custom"}]}""", "Tool a,Tool b")]
    [InlineData("""{"tools":[{"type":"function","name":null,"custom":null,"function":{"name":"a"}}]}""", "Tool a")]
    [InlineData("""{"tools":[{"type":"web_search"},{"type":"code_interpreter","container":{"type":"auto"}},{"type":"computer_use_preview"}]}""", "Tool web_search*,Tool code_interpreter*,Tool computer_use_preview*")]
    [InlineData("""{"tools":[{"type":"mcp","server_label":"git","server_url":"x","allowed_tools":["a"]}]}""", "Tool mcp/git/*")]
    [InlineData("""{"tools":[{"type":"mcp","server_label":"git","name":"narrow"},{"type":"mcp"}]}""", "Tool mcp/git/*,Tool ?*")]
    [InlineData("""{"functions":[{"name":"a"},{"name":"b","type":"web_search"},{"function":{"name":"c"}}]}""", "Function a,Function b,Function ?")]
    [InlineData("""{"tool_choice":"auto","function_call":"none"}""", "")]
    [InlineData("""{"tool_choice":{"type":"auto"}}""", "")]
    [InlineData("""{"tool_choice":{"type":"auto","name":"a"}}""", "ToolChoice auto*")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"a"}},"function_call":{"name":"b"}}""", "ToolChoice a,FunctionChoice b")]
    [InlineData("""{"tool_choice":{"type":"function","name":"a"}}""", "ToolChoice a")]
    [InlineData("""{"tool_choice":{"type":"mcp","server_label":"s","name":"t"}}""", "ToolChoice mcp/s/*")]
    [InlineData("""{"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"a"}}]}}}""", "ToolChoice a")]
    [InlineData("""{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":{"type":"function","name":"a"}}}""", "ToolChoice allowed_tools*")]
    [InlineData("""{"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"a"},{"type":"web_search"}]}}""", "ToolChoice a,ToolChoice web_search*")]
    [InlineData("""{"web_search_options":{}}""", "WebSearch web_search*")]
    [InlineData("""{"t\u006fols":[{"type":"functi\u006fn","function":{"n\u0061me":"\u0061\u00e4"}}]}""", "Tool a\u00e4")]
    public void Each_spelling_of_an_offer_is_found(string body, string offers) =>
        Assert.Equal(offers, string.Join(',', ToolTexts.Offers(body)));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"a\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"function"}""")]
    [InlineData("""{"type":"function","function":{}}""")]
    [InlineData("""{"type":"function","function":{"name":""}}""")]
    [InlineData("""{"type":"function","function":{"name":7}}""")]
    [InlineData("""{"type":"function","function":"a"}""")]
    [InlineData("""{"type":"function","function":{"name":"a","name":"b"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a","n\u0061me":"a"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a","Name":"b"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a"},"name":"b"}""")]
    [InlineData("""{"type":"function","function":{"name":"a"},"function":{"name":"b"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a"},"Function":{"name":"b"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a"},"cu\u017ftom":{"name":"b"}}""")]
    [InlineData("""{"type":"function","function":{"name":"a"},"custom":{"name":"b"}}""")]
    [InlineData("""{"type":"function","type":"web_search","name":"a"}""")]
    [InlineData("""{"type":"web_search","function":{"name":"a"}}""")]
    [InlineData("""{"type":"function","function":{"name":"\ud800"}}""")]
    public void What_parsers_may_read_differently_has_no_name(string element) =>
        Assert.StartsWith("Tool ?", Assert.Single(ToolTexts.Offers($$"""{"tools":[{{element}}]}""")));

    [Fact]
    public void A_name_is_understood_up_to_its_limit()
    {
        string longest = new('n', ToolSpelling.NameBytesMax);
        Assert.Equal(["Tool " + longest], ToolTexts.Offers($$"""{"tools":[{"name":"{{longest}}"}]}"""));
        Assert.Equal(["Tool ?"], ToolTexts.Offers($$"""{"tools":[{"name":"{{longest}}n"}]}"""));
        Assert.Equal(["Tool ?*"], ToolTexts.Offers($$"""{"tools":[{"type":"mcp","server_label":"{{longest}}"}]}"""));
    }

    [Theory]
    [InlineData("""{"tools":[],"tools":[]}""", Fault.MemberRepeated, "tools")]
    [InlineData("""{"tools":[],"Tools":[]}""", Fault.MemberAmbiguous, "tools")]
    [InlineData("""{"tool\u017f":[]}""", Fault.MemberAmbiguous, "tools")]
    [InlineData("""{"functions":[],"t\u006fol_choice":"a","tool_choice":{}}""", Fault.MemberRepeated, "tool_choice")]
    public void A_member_that_is_there_twice_or_in_two_spellings_is_refused(string body, Fault expected, string member)
    {
        IntentSection intent = default;
        Assert.Equal(expected, OpenAiIntent.ReadJson(Encoding.UTF8.GetBytes(body), ref intent, out string? detail));
        Assert.Equal(member, detail);
    }

    [Theory]
    [InlineData(RequestTools.ToolsMax, false)]
    [InlineData(RequestTools.ToolsMax + 1, true)]
    [InlineData(10_000, true)]
    public void There_are_only_so_many_tools(int count, bool tooMany)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"tools":[{{string.Join(',', Enumerable.Repeat("""{"name":"a"}""", count))}}]}""");
        Assert.True(ToolTexts.TryRead(body, out ToolMembers members));
        RequestTools tools = new(body, members, new byte[OfferReview.ScratchBytes]);
        int seen = 0;
        while (tools.Next())
            seen++;
        Assert.Equal((Math.Min(count, RequestTools.ToolsMax), tooMany), (seen, tools.IsTooMany));
    }

    [Fact]
    public void A_body_too_deep_is_not_read() => Assert.False(ToolTexts.TryRead(
        Encoding.UTF8.GetBytes("{\"tools\":" + new string('[', 100_000) + new string(']', 100_000) + "}"), out _));
}

using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Walking;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class CallHintTests
{
    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"cached_tokens":0}}""")]
    [InlineData("""{"content":"a \"quoted\" line\nand a tab\t, a slash \/ and a backslash \\ of C:\\users"}""")]
    [InlineData("""{"content":"phone call, calls, ccall, _cal, _c","_c":1,"_C":2}""")]
    [InlineData("")]
    [InlineData("{\"content\":\"naïve 漢字\"}")]
    [InlineData("""{"content":"na\u00efve \u001b[31m\u003cred\u003e\u0026 \ud83d\ude00 \u2019\u0000"}""")]
    public void Text_has_no_calls(string json) => Assert.False(CallHint.MayHaveCalls(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("tool_calls")]
    [InlineData("function_call")]
    [InlineData("TOOL_CALLS")]
    [InlineData("Tool_cAlls")]
    [InlineData("tool_call\u017F")]
    [InlineData("tool\\u005fcalls")]
    [InlineData("tool_\\u0063alls")]
    [InlineData("tool\\u005Fcalls")]
    [InlineData("tool_c\\u0041lls")]
    [InlineData("mcp_approval_reque\\u017ft")]
    [InlineData("\\u00")]
    [InlineData("\\u00g1")]
    [InlineData("\\u 5f_")]
    [InlineData("tool\\x5fcalls")]
    [InlineData("tool\\137calls")]
    [InlineData("tool_\\\ncalls")]
    [InlineData("_c_cal_call")]
    [InlineData("mcp_approval_request")]
    [InlineData("tool_\0calls")]
    public void A_call_is_not_overlooked_wherever_it_stands(string name)
    {
        byte[] word = Encoding.UTF8.GetBytes(name);
        for (int before = 0; before < 70; before++)
        {
            byte[] json = [.. Enumerable.Repeat((byte)'_', before), .. word, .. "\"x"u8];
            Assert.True(CallHint.MayHaveCalls(json), $"behind {before} bytes");
        }
    }

    [Fact]
    public void The_only_sign_of_a_call_is_not_overlooked_between_any_two_vectors()
    {
        // No other underscore: behind whole vectors of text, at the end, and in every case of its letters.
        foreach (string word in (string[])["_call", "_Call", "_cALL", "mcp_approval_request"])
        {
            for (int before = 0; before < 70; before++)
            {
                for (int after = 0; after < 40; after++)
                {
                    byte[] json = Encoding.UTF8.GetBytes(new string('x', before) + word + new string('y', after));
                    Assert.True(CallHint.MayHaveCalls(json), $"{word} behind {before} bytes and before {after}");
                    Assert.False(CallHint.MayHaveCalls(Encoding.UTF8.GetBytes(new string('x', before) + "_b_B_#" + new string('c', after))));
                }
            }
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Another_encoding_is_not_taken_for_text(string encoding) =>
        Assert.True(CallHint.MayHaveCalls(Encoding.GetEncoding(encoding).GetBytes("""{"tool_calls":[]}""")));

    [Fact]
    public void What_the_walk_finds_the_hint_has_seen()
    {
        string[] names = ["tool_calls", "Tool_Calls", "function_call", "tool\\u005Fcalls", "\\u0074ool_calls", "tool_call", "refusal", "content", "tool_callſ"];
        string[] values = ["""[{"type":"function","function":{"name":"rm","arguments":"{}"}}]""", """{"name":"rm","arguments":"{}"}""", "null", "\"_call me\"", "\"\\n\""];
        List<string> overlooked = [];
        int found = 0;
        foreach (string first in names)
        {
            foreach (string second in names)
            {
                foreach (string value in values)
                {
                    string message = $"{{\"{first}\":\"x\",\"{second}\":{value}}}";
                    byte[] json = Encoding.UTF8.GetBytes($"{{\"choices\":[{{\"message\":{message}}}]}}");
                    AnswerTools tools = new(json, new byte[json.Length + ToolSpelling.NameBytesMax]);
                    if (!tools.Next())
                        continue;
                    found++;
                    if (!CallHint.MayHaveCalls(json))
                        overlooked.Add(Encoding.UTF8.GetString(json));
                }
            }
        }

        Assert.InRange(found, 50, int.MaxValue);
        Assert.Empty(overlooked);
    }
}

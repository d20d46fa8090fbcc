using System;
using System.Text;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Loops;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Tools;

public sealed class HistoryToolsTests
{
    private const string Chat = """
        {"model":"m","messages":[{"role":"user","content":"hi"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"a","arguments":"{\"k\":1}"}},
                                                           {"id":"2","type":"function","function":{"name":"b","arguments":""}}]},
         {"role":"tool","tool_call_id":"1","content":"{\"tool_calls\":[]}"},
         {"role":"assistant","function_call":{"name":"a","arguments":"{ \"k\" : 1.0 }"}},null]}
        """;

    private const string Response = """
        {"input":[{"role":"user","content":"hi"},{"type":"function_call","name":"a","arguments":"{}","call_id":"1"},
         {"type":"function_call_output","call_id":"1","output":"x"},{"type":"custom_tool_call","name":"b","input":"x"},
         {"type":"local_shell_call","action":{"command":["ls"]}},7]}
        """;

    [Fact]
    public void Calls_of_a_chat_come_in_their_order_with_their_message() =>
        Assert.Equal(["1 a {\"k\":1}", "1 b ", "3 a { \"k\" : 1.0 }"], ToolTexts.Told(Chat));

    [Fact]
    public void Calls_of_a_response_come_in_their_order_with_their_item() =>
        Assert.Equal(["1 a {}", "3 b x", "4 local_shell* {\"command\":[\"ls\"]}"], ToolTexts.Told(Response));

    [Theory]
    [InlineData("""{"input":"function_call"}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":null,"x":{"messages":[{"tool_calls":[{"function":{"name":"a"}}]}]}}""")]
    public void Where_nothing_was_called_nothing_is_found(string body) => Assert.Empty(ToolTexts.Told(body));

    [Fact]
    public void A_history_is_hashed_and_a_call_found_by_its_hash()
    {
        byte[] body = Encoding.UTF8.GetBytes(Chat);
        byte[] scratch = new byte[body.Length + ToolSpelling.NameBytesMax];
        UInt128[] hashes = new UInt128[8];
        Assert.Equal(3, CallHistory.Hash(ToolTexts.History(body, scratch), ToolTexts.Key, hashes));
        Assert.Equal((hashes[0], ToolTexts.Hash("b", "{}")), (hashes[2], hashes[1]));

        byte[] name = new byte[ToolSpelling.NameBytesMax];
        Assert.Equal(1, CallHistory.FindName(ToolTexts.History(body, scratch), ToolTexts.Key, hashes[1], name));
        Assert.Equal((byte)'b', name[0]);
        Assert.Equal(0, CallHistory.FindName(ToolTexts.History(body, scratch), ToolTexts.Key, 1, name));
    }

    [Fact]
    public void Of_a_history_with_no_room_for_all_the_last_calls_stay()
    {
        byte[] body = Encoding.UTF8.GetBytes(Chat);
        UInt128[] hashes = new UInt128[2];
        Assert.Equal(2, CallHistory.Hash(ToolTexts.History(body, new byte[body.Length + ToolSpelling.NameBytesMax]), ToolTexts.Key, hashes));
        Assert.Contains(ToolTexts.Hash("b", ""), hashes);
        Assert.Contains(ToolTexts.Hash("a", """{"k":1}"""), hashes);
    }
}

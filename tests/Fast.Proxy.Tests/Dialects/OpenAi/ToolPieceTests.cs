using Fast.Proxy.Dialects;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

public sealed class ToolPieceTests
{
    [Theory]
    [InlineData("""[{"index":0,"id":"call_a","type":"function","function":{"name":"get_weather","arguments":""}}]""", "0.0 get_weather()", 11)]
    [InlineData("""[{"index":0,"function":{"arguments":"{\"ci"}}]""", """0.0 ({\"ci)""", 4)]
    [InlineData("""[{"index":1,"function":{"name":null,"arguments":"ty"}}]""", "0.1 (ty)", 2)]
    [InlineData("""[{"function":{"arguments":"{}","name":"n\u0061me"},"index":7}]""", """0.7 n\u0061me({}) escaped""", 6)]
    [InlineData("""[{"index":0,"function":{"name":"a","arguments":"1"}},{"index":1,"function":{"name":"b","arguments":"2"}}]""", "0.0 a(1)|0.1 b(2)", 4)]
    [InlineData("""[{"function":{"name":"a","arguments":"1"}},{"function":{"name":"b","arguments":"2"}}]""", "0.0 a(1)|0.1 b(2)", 4)]
    [InlineData("""[{"index":0,"type":"custom","custom":{"name":"shell","input":"ls\n"}}]""", """0.0 shell(ls\n) custom""", 8)]
    [InlineData("""[{"index":0,"function":{"name":"a","arguments":{"city": "Oslo"}}}]""", """0.0 a({"city": "Oslo"}) json""", 17)]
    [InlineData("""[{"index":0,"function":{"name":"a","arguments":null}}]""", "0.0 a()", 1)]
    [InlineData("""[{"index":0,"function":{}},{"index":1},{},null,[{"function":{"name":"x"}}]]""", "", 0)]
    [InlineData("""[{"index":0,"function":null,"x":{"name":"a"}}]""", "", 0)]
    [InlineData("[]", "", 0)]
    [InlineData("null", "", 0)]
    [InlineData("""{"index":0,"function":{"name":"a"}}""", "", 0)]
    public void Calls_are_found_in_a_delta(string calls, string expected, int bytes)
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Chat, $$$"""{"choices":[{"index":0,"delta":{"tool_calls":{{{calls}}}}}]}""");
        Assert.Equal((expected, bytes), (read.Tools, read.Chunk.TextBytes));
        Assert.False(read.Chunk.TooManyPieces);
    }

    [Fact]
    public void A_content_beside_no_calls_is_text() =>
        Assert.Equal(2, ReadChunk.Of(StreamKind.Chat, """{"choices":[{"delta":{"tool_calls":[],"content":"ab"}}]}""").Chunk.TextBytes);

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"function_call":{"name":"get","arguments":"{"}}}]}""", "0.0 get({) legacy")]
    [InlineData("""{"choices":[{"index":0,"delta":{"function_call":null}}]}""", "")]
    [InlineData("""{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"a"}}]},"index":2},{"index":3,"delta":{"tool_calls":[{"index":0,"function":{"name":"b"}}]}}]}""", "2.1 a()|3.0 b()")]
    [InlineData("""{"choices":[{"message":{"tool_calls":[{"function":{"name":"a","arguments":"1"}},{"function":{"name":"b"}}],"function_call":{"name":"c"}},"index":2}]}""", "2.0 a(1) message|2.1 b() message|2.0 c() legacy message")]
    public void A_call_belongs_to_its_choice(string data, string expected) =>
        Assert.Equal(expected, ReadChunk.Of(StreamKind.Chat, data).Tools);

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "0.0 a()")]
    public void More_calls_than_there_is_room_for_are_told(int room, string expected)
    {
        ReadChunk read = new(StreamKind.Chat,
            """{"choices":[{"delta":{"tool_calls":[{"function":{"name":"a"}},{"function":{"name":"b"}}],"content":"c"}}]}""", room);
        Assert.True(read.IsRead && read.Chunk.TooManyPieces);
        Assert.Equal((expected, 3), (read.Tools, read.Chunk.TextBytes));
    }
}

using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

public sealed class ResponseEventTests
{
    private const string Done = """
        "id":"resp_1","object":"response","created_at":1795330000,"error":null,"model":"gpt-5.6","instructions":"id","output":[{"type":"function_call","id":"fc_1","name":"n","arguments":"{}"}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":8},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":30}
        """;

    [Theory]
    [InlineData("response.output_text.delta", 4)]
    [InlineData("response.refusal.delta", 4)]
    [InlineData("response.reasoning_summary_text.delta", 4)]
    [InlineData("response.reasoning_text.delta", 4)]
    [InlineData("response.function_call_arguments.delta", 4)]
    [InlineData("response.custom_tool_call_input.delta", 4)]
    [InlineData("response.mcp_call_arguments.delta", 4)]
    [InlineData("response.code_interpreter_call_code.delta", 4)]
    [InlineData("response.audio.transcript.delta", 4)]
    [InlineData("response.audio.delta", 0)]
    [InlineData("response.output_text.done", 0)]
    [InlineData("response.output_text\\u002edelta", 4)]
    [InlineData("output_text.delta", 0)]
    [InlineData("", 0)]
    public void Deltas_are_counted_wherever_their_type_stands(string type, int expected)
    {
        string[] orders =
        [
            $$"""{"type":"{{type}}","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"a\u00e9b","logprobs":[]}""",
            $$"""{"delta":"a\u00e9b","output_index":0,"text":"more","sequence_number":4,"type":"{{type}}"}""",
        ];
        foreach (string data in orders)
        {
            ReadChunk read = ReadChunk.Of(StreamKind.Responses, data);
            Assert.Equal(expected, read.Chunk.TextBytes);
            Assert.Equal("4", read.At(read.Chunk.SequenceStart, read.Chunk.SequenceEnd));
            Assert.False(read.Chunk.IsTerminal || read.Chunk.HasError || read.Chunk.HasUsage);
        }
    }

    [Theory]
    [InlineData("""{"type":"response.output_item.added","output_index":2,"item":{"id":"fc_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_a","name":"get_weather"}}""", "0.2 get_weather()", 11)]
    [InlineData("""{"item":{"name":"shell","type":"custom_tool_call","input":""},"output_index":1,"type":"response.output_item.added"}""", "0.1 shell() custom", 5)]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"type":"mcp_call","server_label":"s","name":"read","arguments":""}}""", "0.0 read()", 4)]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"type":"message","role":"assistant","content":[],"name":"x"}}""", "", 0)]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":null}""", "", 0)]
    [InlineData("""{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":2,"delta":"{\"a"}""", """0.2 ({\"a)""", 3)]
    [InlineData("""{"type":"response.custom_tool_call_input.delta","output_index":1,"delta":"ls"}""", "0.1 (ls) custom", 2)]
    [InlineData("""{"type":"response.function_call_arguments.done","item_id":"fc_1","name":"get","output_index":2,"arguments":"{}"}""", "0.2 get({}) whole", 0)]
    [InlineData("""{"type":"response.mcp_call_arguments.done","output_index":2,"arguments":"{}"}""", "0.2 ({}) whole", 0)]
    [InlineData("""{"type":"response.custom_tool_call_input.done","output_index":1,"input":"ls"}""", "0.1 (ls) custom whole", 0)]
    [InlineData("""{"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","name":"g\u0065t","arguments":"{\"a\":1}"}}""", """0.3 g\u0065t({\"a\":1}) escaped whole""", 0)]
    [InlineData("""{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"abc"}]}}""", "", 0)]
    public void Calls_are_found_in_items_and_their_arguments(string data, string expected, int bytes)
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Responses, data);
        Assert.Equal((expected, bytes), (read.Tools, read.Chunk.TextBytes));
    }

    [Theory]
    [InlineData("response.completed", true, false)]
    [InlineData("response.incomplete", true, false)]
    [InlineData("response.cancelled", true, false)]
    [InlineData("response.failed", true, true)]
    [InlineData("response.created", false, false)]
    [InlineData("response.in_progress", false, false)]
    [InlineData("error", false, true)]
    public void The_last_event_tells_usage(string type, bool isTerminal, bool isError)
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Responses, $$$"""{"response":{ {{{Done}}} },"sequence_number":12,"type":"{{{type}}}"}""");
        StreamChunk chunk = read.Chunk;
        Assert.Equal((isTerminal, isError, isTerminal), (chunk.IsTerminal, chunk.HasError, chunk.HasUsage));
        Assert.Equal(isTerminal ? (12, 8, 7, 3) : default, (chunk.Usage.Input, chunk.Usage.CacheRead, chunk.Usage.Output, chunk.Usage.Reasoning));
        Assert.Equal("\"resp_1\"", read.At(chunk.IdStart, chunk.IdEnd));
        Assert.Equal("\"gpt-5.6\"", read.At(chunk.ModelStart, chunk.ModelEnd));
        Assert.Equal("1795330000", read.At(chunk.CreatedStart, chunk.CreatedEnd));
        Assert.Equal("12", read.At(chunk.SequenceStart, chunk.SequenceEnd));
        Assert.Equal((0, 0), (chunk.TextBytes, chunk.Pieces));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"x","param":null,"sequence_number":3}""", true)]
    [InlineData("""{"error":{"message":"x"}}""", true)]
    [InlineData("""{"type":"response.failed","response":{"usage":null,"error":{"code":"server_error"}}}""", true)]
    [InlineData("""{"type":"response.created","error":null,"response":{"error":null}}""", false)]
    [InlineData("""{"type":7,"response":[],"item":"x","delta":null,"output_index":{},"sequence_number":[1]}""", false)]
    public void An_error_is_seen_under_each_of_its_names(string data, bool expected)
    {
        StreamChunk chunk = ReadChunk.Of(StreamKind.Responses, data).Chunk;
        Assert.Equal((expected, false, 0), (chunk.HasError, chunk.HasUsage, chunk.TextBytes));
    }
}

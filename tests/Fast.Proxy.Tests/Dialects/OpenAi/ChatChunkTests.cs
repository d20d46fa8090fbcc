using System.Text.Json;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

public sealed class ChatChunkTests
{
    [Theory]
    [InlineData("OpenAI's first", """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}""", 0)]
    [InlineData("OpenAI", """{"choices":[{"index":0,"delta":{"content":"Fo"},"logprobs":{"content":[{"token":"Fo","logprob":-0.1,"top_logprobs":[]}]},"finish_reason":null}],"obfuscation":"xyz"}""", 2)]
    [InlineData("a refusal", """{"choices":[{"index":0,"delta":{"refusal":"No."}}]}""", 3)]
    [InlineData("escapes", """{"choices":[{"index":0,"delta":{"content":"a\n\"\\\u0041\u00e9\u20ac\ud83d\ude00é€"}}]}""", 19)]
    [InlineData("DeepSeek", """{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"Hmm"},"finish_reason":null}]}""", 3)]
    [InlineData("Groq", """{"choices":[{"index":0,"delta":{"reasoning":"Hmm"},"finish_reason":null}]}""", 3)]
    [InlineData("vLLM, twice the same", """{"choices":[{"index":0,"delta":{"reasoning":"Hmm","reasoning_content":"Hmm","content":"a"}}]}""", 4)]
    [InlineData("OpenRouter", """{"provider":"X","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"Hmm","reasoning_details":[{"type":"reasoning.text","text":"Hmm","format":"unknown","index":0}]},"finish_reason":null,"native_finish_reason":null}]}""", 3)]
    [InlineData("OpenRouter, details alone", """{"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"Hmm"},{"type":"reasoning.encrypted","data":"AAAA"}]}}]}""", 3)]
    [InlineData("Mistral, parts", """{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hmm"}]},{"type":"text","text":"Yes"}]},"finish_reason":null}]}""", 6)]
    [InlineData("sound", """{"choices":[{"index":0,"delta":{"audio":{"id":"a","data":"AAAA","transcript":"Hi","expires_at":1}}}]}""", 2)]
    [InlineData("a tool", """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"get","arguments":"{\"a"}}]}}]}""", 6)]
    [InlineData("several choices", """{"choices":[{"index":0,"delta":{"content":"ab"}},{"index":1,"delta":{"content":"c"}}]}""", 3)]
    [InlineData("a whole message over again", """{"choices":[{"index":0,"delta":{"content":"a"},"message":{"content":"all of it, a"}}]}""", 1)]
    [InlineData("nothing", """{"choices":[{"index":0,"delta":{}},{"delta":null},{},null,7]}""", 0)]
    [InlineData("no choices", """{}""", 0)]
    [InlineData("other kinds", """{"choices":{"delta":{"content":"a"}},"id":{},"model":["m"],"x_groq":1}""", 0)]
    public void What_the_model_wrote_is_counted_in_bytes(string from, string data, int expected)
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Chat, data);
        Assert.Equal((from, expected), (from, read.Chunk.TextBytes));
        Assert.False(read.Chunk.HasUsage || read.Chunk.IsUsageOnly || read.Chunk.HasError || read.Chunk.IsDone || read.Chunk.IsTerminal);
    }

    [Theory]
    [InlineData("""{"choices":[{"text":"a b","index":0,"logprobs":null,"finish_reason":null}]}""", 3, false)]
    [InlineData("""{"choices":[{"index":0,"text":"","finish_reason":"length"}],"usage":null}""", 0, true)]
    public void Completions_have_their_text_in_the_choice(string data, int expected, bool isFinished)
    {
        StreamChunk chunk = ReadChunk.Of(StreamKind.Completions, data).Chunk;
        Assert.Equal((expected, isFinished), (chunk.TextBytes, chunk.HasFinish));
    }

    [Theory]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30}}""", 30, true)]
    [InlineData("""{"usage":{"total_tokens":30,"prompt_tokens":20},"choices":[ ]}""", 30, true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""", 3, false)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.1,"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}}""", 12, false)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":9},"x_groq":{"usage":{"prompt_tokens":8}}}""", 9, true)]
    [InlineData("""{"choices":[],"usage":null,"x_groq":{"usage":{"prompt_tokens":8}}}""", 8, false)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}""", -1, false)]
    [InlineData("""{"choices":[],"usage":null}""", -1, false)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":-9}}""", -1, true)]
    [InlineData("""{"choices":null,"usage":{"prompt_tokens":9}}""", 9, false)]
    public void Usage_is_taken_wherever_it_stands(string data, int total, bool isUsageOnly)
    {
        StreamChunk chunk = ReadChunk.Of(StreamKind.Chat, data).Chunk;
        Assert.Equal((total >= 0, isUsageOnly), (chunk.HasUsage, chunk.IsUsageOnly));
        Assert.Equal(total < 0 ? 0 : total, chunk.Usage.Total);
    }

    [Theory]
    [InlineData("""{"choices":[],"usage":null}""", """{"choices":[]}""")]
    [InlineData("""{"usage":null,"choices":[]}""", """{"choices":[]}""")]
    [InlineData("""{"a":1,"usage":null,"choices":[]}""", """{"a":1,"choices":[]}""")]
    [InlineData("""{"usage":null}""", """{}""")]
    [InlineData("""{ "a" : "b" , "us\u0061ge" : null , "c" : {} }""", """{ "a" : "b" , "c" : {} }""")]
    [InlineData("""{ "usage" : null , "c" : {} }""", """{  "c" : {} }""")]
    [InlineData("""{"a":{"usage":null},"choices":[{"usage":null}]}""", """{"a":{"usage":null},"choices":[{"usage":null}]}""")]
    [InlineData("""{"usage":{"prompt_tokens":1}}""", """{"usage":{"prompt_tokens":1}}""")]
    public void A_usage_that_is_null_can_be_cut_out(string data, string expected)
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Chat, data);
        Assert.Equal(expected, read.Cut);
        JsonDocument.Parse(read.Cut).Dispose();
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", 1UL, 1UL, true)]
    [InlineData("""{"choices":[{"finish_reason":"eos","delta":{},"index":3},{"index":1,"delta":{},"finish_reason":null}]}""", 10UL, 8UL, true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":""}]}""", 1UL, 0UL, false)]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""", 1UL, 1UL, true)]
    [InlineData("""{"choices":[{"index":63,"finish_reason":"stop"},{"index":64,"finish_reason":"stop"}]}""", 1UL << 63, 1UL << 63, true)]
    [InlineData("""{"choices":[{"index":900,"finish_reason":"stop"}]}""", 0UL, 0UL, true)]
    [InlineData("""{"choices":[{"index":-1},{"index":1.5},{"index":99999999999},{"index":"2"}]}""", 1UL, 0UL, false)]
    [InlineData("""{"choices":[]}""", 0UL, 0UL, false)]
    public void Choices_are_seen_and_seen_to_finish(string data, ulong seen, ulong finished, bool hasFinish)
    {
        StreamChunk chunk = ReadChunk.Of(StreamKind.Chat, data).Chunk;
        Assert.Equal((seen, finished, hasFinish), (chunk.ChoicesSeen, chunk.ChoicesFinished, chunk.HasFinish));
    }

    [Theory]
    [InlineData("""{"error":{"message":"x","type":"server_error"}}""", true)]
    [InlineData("""{"id":"gen-1","error":{"code":502,"message":"x"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""", true)]
    [InlineData("""{"error":"text"}""", true)]
    [InlineData("""{"object":"error","message":"x","type":"BadRequestError","code":400}""", true)]
    [InlineData("""{"choices":[],"x_groq":{"id":"r","error":"over capacity"}}""", true)]
    [InlineData("""{"error":null,"choices":[]}""", false)]
    [InlineData("""{"error":false}""", false)]
    [InlineData("""{"error":""}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"error"},"error":{"message":"x"}}]}""", false)]
    public void An_error_in_the_stream_is_seen(string data, bool expected) =>
        Assert.Equal(expected, ReadChunk.Of(StreamKind.Chat, data).Chunk.HasError);

    [Fact]
    public void What_a_last_chunk_repeats_can_be_copied()
    {
        ReadChunk read = ReadChunk.Of(StreamKind.Chat,
            """{ "created":1795330000 ,"model":"gpt-\"5","object":"chat.completion.chunk","choices":[{"id":"no"}],"id" : "chatcmpl-7aé" }""");
        StreamChunk chunk = read.Chunk;
        Assert.Equal("1795330000", read.At(chunk.CreatedStart, chunk.CreatedEnd));
        Assert.Equal("\"gpt-\\\"5\"", read.At(chunk.ModelStart, chunk.ModelEnd));
        Assert.Equal("\"chat.completion.chunk\"", read.At(chunk.ObjectStart, chunk.ObjectEnd));
        Assert.Equal("\"chatcmpl-7aé\"", read.At(chunk.IdStart, chunk.IdEnd));
    }

    [Theory]
    [InlineData("[DONE]", true)]
    [InlineData("[DONE] ", true)]
    [InlineData("[DONE]]", false)]
    [InlineData("[DONE", false)]
    [InlineData("", false)]
    [InlineData("null", false)]
    [InlineData("[]", false)]
    [InlineData("[{}]", false)]
    [InlineData("\"text\"", false)]
    [InlineData("{", false)]
    [InlineData("{}}", false)]
    [InlineData("{}{}", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"ab"}}]""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a\q"}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"}},]}""", false)]
    [InlineData("""{"usage":{"prompt_tokens":01}}""", false)]
    public void The_end_mark_is_told_from_what_is_no_chunk(string data, bool isDone)
    {
        foreach (StreamKind kind in System.Enum.GetValues<StreamKind>())
        {
            ReadChunk read = new(kind, data);
            Assert.Equal((isDone, isDone), (read.IsRead, read.Chunk.IsDone));
            Assert.Equal((0, false, 0), (read.Chunk.TextBytes, read.Chunk.HasUsage, read.Chunk.Pieces));
        }
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(300, false)]
    [InlineData(100_000, false)]
    public void Nesting_has_a_limit(int depth, bool expected)
    {
        string nested = new string('[', depth) + new string(']', depth);
        Assert.Equal(expected, new ReadChunk(StreamKind.Chat, $"{{\"a\":{nested}}}").IsRead);
        Assert.Equal(expected, new ReadChunk(StreamKind.Chat, $"{{\"choices\":[{{\"delta\":{{\"content\":{nested}}}}}]}}").IsRead);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"d\u0065lta":{"cont\u0065nt":"ab"}}]}""", 2)]
    [InlineData("""{"\ud800":1,"choices":[{"\udc00x":2,"delta":{"\ud800\ud800":3,"content":"\ud800"}}]}""", 2)]
    public void Escaped_names_are_understood_and_broken_ones_are_none(string data, int expected) =>
        Assert.Equal(expected, ReadChunk.Of(StreamKind.Chat, data).Chunk.TextBytes);
}

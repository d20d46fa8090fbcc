using System.Text;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Allocations;

/// <summary>Reading what a provider answers allocates nothing, event by event. Alone in the process, as the other counts are.</summary>
[Collection(nameof(AllocationTests))]
public sealed class DialectAllocationTests
{
    private static readonly byte[] s_usage = """
        {"prompt_tokens":20,"completion_tokens":10,"total_tokens":30,"prompt_tokens_detail\u0073":{"cached_tokens":8},"cost":0.5}
        """u8.ToArray();

    [Theory]
    [InlineData(0, """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"cont\u0065nt":" w\n\u00e9"},"logprobs":null,"finish_reason":null}],"usage":null}""")]
    [InlineData(0, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"n","arguments":"{\"a"}}],"content":[{"text":"a"}]}}],"usage":{"prompt_tokens":1}}""")]
    [InlineData(1, """{"choices":[{"text":" word","index":0,"finish_reason":"stop"}]}""")]
    [InlineData(2, """{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","name":"get","arguments":""}}""")]
    [InlineData(2, """{"type":"response.completed","response":{"id":"r","usage":{"input_tokens":5,"output_tokens":5}}}""")]
    public void Reading_a_chunk_allocates_nothing(int kind, string text)
    {
        byte[] data = Encoding.UTF8.GetBytes(text);
        ToolPiece[] pieces = new ToolPiece[4];
        bool isRead = false;
        Assert.Equal(0, Allocated.By(() => isRead = StreamChunk.TryRead(data, (StreamKind)kind, pieces, out _)));
        Assert.True(isRead);
    }

    [Fact]
    public void Reading_the_usage_of_a_whole_answer_allocates_nothing()
    {
        byte[] answer = """{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":8}}}"""u8.ToArray();
        TokenUsage usage = default;
        Assert.Equal(0, Allocated.By(() => PlainUsage.TryReadLast(answer, out usage)));
        Assert.Equal((12, 8, 10), (usage.Input, usage.CacheRead, usage.Output));
    }

    [Fact]
    public void Reading_usage_allocates_nothing()
    {
        TokenUsage usage = default;
        Assert.Equal(0, Allocated.By(() => OpenAiUsage.TryRead(s_usage, out usage)));
        Assert.Equal((12, 8, 10), (usage.Input, usage.CacheRead, usage.Output));
    }
}

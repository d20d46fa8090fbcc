using System.Text;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects.OpenAi;
using Xunit;

namespace Fast.Proxy.Tests.Dialects.OpenAi;

public sealed class OpenAiUsageTests
{
    /// <summary>Input, cache read, cache write, audio in; output, reasoning, audio out.</summary>
    [Theory]
    [InlineData("OpenAI chat", """{"prompt_tokens":20,"completion_tokens":10,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":2,"audio_tokens":3},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":1,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""", "7 8 2 3 > 6 3 1")]
    [InlineData("OpenAI embeddings", """{"prompt_tokens":4,"total_tokens":4}""", "4 0 0 0 > 0 0 0")]
    [InlineData("OpenAI responses", """{"input_tokens":20,"input_tokens_details":{"cached_tokens":8,"cache_write_tokens":0},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":30}""", "12 8 0 0 > 7 3 0")]
    [InlineData("OpenAI images", """{"input_tokens":50,"input_tokens_details":{"image_tokens":40,"text_tokens":10},"output_tokens":4160,"total_tokens":4210}""", "50 0 0 0 > 4160 0 0")]
    [InlineData("OpenAI transcription", """{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":45,"total_tokens":59}""", "0 0 0 14 > 45 0 0")]
    [InlineData("DeepSeek", """{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":40},"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}""", "36 64 0 0 > 10 40 0")]
    [InlineData("DeepSeek, older", """{"prompt_tokens":100,"completion_tokens":5,"total_tokens":105,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}""", "36 64 0 0 > 5 0 0")]
    [InlineData("Groq", """{"queue_time":0.018,"prompt_tokens":9,"prompt_time":0.0003,"completion_tokens":12,"completion_time":0.01,"total_tokens":21,"total_time":0.0103}""", "9 0 0 0 > 12 0 0")]
    [InlineData("vLLM", """{"prompt_tokens":9,"total_tokens":12,"completion_tokens":3,"prompt_tokens_details":null}""", "9 0 0 0 > 3 0 0")]
    [InlineData("OpenRouter", """{"prompt_tokens":19,"completion_tokens":30,"total_tokens":49,"cost":0.00014,"is_byok":false,"prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":4,"audio_tokens":0,"video_tokens":0},"cost_details":{"upstream_inference_cost":null},"completion_tokens_details":{"reasoning_tokens":11,"image_tokens":0}}""", "13 2 4 0 > 19 11 0")]
    [InlineData("xAI", """{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"prompt_tokens_details":{"text_tokens":32,"audio_tokens":0,"image_tokens":0,"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":94,"audio_tokens":0},"num_sources_used":0}""", "26 6 0 0 > 9 94 0")]
    [InlineData("Gemini", """{"completion_tokens":7,"prompt_tokens":5,"total_tokens":312}""", "5 0 0 0 > 7 300 0")]
    [InlineData("Mistral", """{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"prompt_audio_seconds":{},"num_cached_tokens":3}""", "7 3 0 0 > 4 0 0")]
    [InlineData("Moonshot", """{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"cached_tokens":3}""", "7 3 0 0 > 4 0 0")]
    [InlineData("Anthropic's names inside", """{"prompt_tokens":20,"completion_tokens":4,"total_tokens":24,"cache_creation_input_tokens":5,"cache_read_input_tokens":8,"prompt_tokens_details":{"cached_tokens":8}}""", "7 8 5 0 > 4 0 0")]
    [InlineData("Anthropic's names beside", """{"prompt_tokens":7,"completion_tokens":4,"total_tokens":24,"cache_creation_input_tokens":5,"cache_read_input_tokens":8}""", "7 8 5 0 > 4 0 0")]
    [InlineData("a sum alone", """{"total_tokens":17}""", "17 0 0 0 > 0 0 0")]
    [InlineData("output and sum", """{"completion_tokens":5,"total_tokens":17}""", "12 0 0 0 > 5 0 0")]
    [InlineData("input and sum", """{"prompt_tokens":5,"total_tokens":17}""", "5 0 0 0 > 12 0 0")]
    [InlineData("output alone", """{"completion_tokens":5}""", "0 0 0 0 > 5 0 0")]
    [InlineData("nothing yet", """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", "0 0 0 0 > 0 0 0")]
    [InlineData("nulls", """{"prompt_tokens":3,"completion_tokens":null,"total_tokens":null,"prompt_tokens_details":{"cached_tokens":null},"completion_tokens_details":null,"cache_read_input_tokens":null}""", "3 0 0 0 > 0 0 0")]
    [InlineData("other kinds of details", """{"prompt_tokens":3,"prompt_tokens_details":[{"cached_tokens":-1}],"completion_tokens_details":"none"}""", "3 0 0 0 > 0 0 0")]
    [InlineData("a smaller sum", """{"prompt_tokens":3,"completion_tokens":4,"total_tokens":5}""", "3 0 0 0 > 4 0 0")]
    [InlineData("more reasoning than output", """{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"completion_tokens_details":{"reasoning_tokens":9,"audio_tokens":1}}""", "3 0 0 0 > 0 3 1")]
    [InlineData("more cached than input", """{"prompt_tokens":10,"prompt_tokens_details":{"cached_tokens":9,"cache_write_tokens":3,"audio_tokens":4}}""", "0 3 3 4 > 0 0 0")]
    [InlineData("escaped names", """{"prompt_\u0074okens":3,"prompt_tokens_detail\u0073":{"c\u0061ched_tokens":1}}""", "2 1 0 0 > 0 0 0")]
    [InlineData("the last of two", """{"prompt_tokens":3,"prompt_tokens":4}""", "4 0 0 0 > 0 0 0")]
    [InlineData("unknown ones", """{"prompt_tokens":3,"toast_tokens":-1.5,"other_tokens":{"prompt_tokens":99},"prompt_tokens_details":{"x":{"cached_tokens":2},"y":[1]}}""", "3 0 0 0 > 0 0 0")]
    [InlineData("the most", """{"prompt_tokens":10000000000,"completion_tokens":1}""", "10000000000 0 0 0 > 1 0 0")]
    public void Each_spelling_is_taken_apart_into_kinds_that_do_not_overlap(string from, string json, string expected)
    {
        Assert.True(OpenAiUsage.TryRead(Encoding.UTF8.GetBytes(json), out TokenUsage usage), from);
        Assert.Equal(expected, Show(usage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"duration","seconds":9}""")]
    [InlineData("""{"prompt_tokens":null}""")]
    [InlineData("""{"prompt_tokens":-1}""")]
    [InlineData("""{"prompt_tokens":1.5}""")]
    [InlineData("""{"prompt_tokens":12.0}""")]
    [InlineData("""{"prompt_tokens":1e3}""")]
    [InlineData("""{"prompt_tokens":"12"}""")]
    [InlineData("""{"prompt_tokens":true}""")]
    [InlineData("""{"prompt_tokens":[12]}""")]
    [InlineData("""{"prompt_tokens":10000000001}""")]
    [InlineData("""{"prompt_tokens":99999999999999999999999}""")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":-1}""")]
    [InlineData("""{"prompt_tokens":1,"total_tokens":1e99}""")]
    [InlineData("""{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":-1}}""")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens_details":{"reasoning_tokens":0.5}}""")]
    [InlineData("""{"prompt_tokens":1""")]
    [InlineData("""{"prompt_tokens":1}}""")]
    [InlineData("""{"prompt_tokens":1} 2""")]
    [InlineData("""{"prompt_tokens":}""")]
    public void What_is_no_count_of_tokens_is_not_believed(string json)
    {
        Assert.False(OpenAiUsage.TryRead(Encoding.UTF8.GetBytes(json), out TokenUsage usage));
        Assert.Equal(default, usage);
    }

    private static string Show(in TokenUsage usage) =>
        $"{usage.Input} {usage.CacheRead} {usage.CacheWrite} {usage.AudioInput} > {usage.Output} {usage.Reasoning} {usage.AudioOutput}";
}

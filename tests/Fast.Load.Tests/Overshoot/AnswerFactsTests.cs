using System;
using System.Text;
using Fast.Load.Load;
using Fast.Load.Overshoot;
using Xunit;

namespace Fast.Load.Tests.Overshoot;

public sealed class AnswerFactsTests
{
    private const string StreamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n";

    private readonly AnswerFacts _facts = new();

    [Fact]
    public void A_stream_tells_its_tokens_usage_and_receipt_at_every_split()
    {
        string events = Event("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""")
            + Event("""{"choices":[{"index":0,"delta":{"content":"tok0"},"finish_reason":null}]}""")
            + Event("""{"choices":[{"index":0,"delta":{"content":" tok1"},"finish_reason":null}]}""")
            + Event("""{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""")
            + Event("""{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}""")
            + Event("""{"choices":[],"fast":{"request_id":"x","cost_usd":0.25}}""")
            + "data: [DONE]\n\n";
        ForEverySplit(StreamHead + $"content-length: {events.Length}\r\n\r\n{events}", () =>
        {
            Assert.Equal(2, _facts.TextEvents);
            Assert.Equal(new Tokens(7, 2), _facts.Usage);
            Assert.True(_facts.IsAtLength);
            Assert.Equal(0.25m, _facts.Receipt);
            Assert.Null(_facts.CutCode);
        });
    }

    [Fact]
    public void A_cut_stream_tells_the_code_at_every_split()
    {
        string events = Event("""{"choices":[{"index":0,"delta":{"content":"tok0"},"finish_reason":null}]}""")
            + Event("""{"choices":[{"index":0,"delta":{},"finish_reason":"length"}],"fast":{"code":"budget_exceeded","cost_usd":1}}""")
            + "data: [DONE]\n\n";
        ForEverySplit(StreamHead + $"content-length: {events.Length}\r\n\r\n{events}", () =>
        {
            Assert.Equal(("budget_exceeded", 1), (_facts.CutCode, _facts.TextEvents));
            Assert.Null(_facts.Usage);
        });
    }

    [Fact]
    public void A_call_tells_its_usage_and_its_receipt_at_every_split()
    {
        const string body = """{"choices":[{"finish_reason":"stop","message":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}""";
        ForEverySplit($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-fast-cost-usd: 0.000000012\r\ncontent-length: {body.Length}\r\n\r\n{body}", () =>
        {
            Assert.Equal(new Tokens(3, 4), _facts.Usage);
            Assert.Equal(0.000000012m, _facts.Receipt);
            Assert.False(_facts.IsAtLength);
        });
    }

    [Fact]
    public void A_refusal_tells_its_code_and_what_to_do_at_every_split()
    {
        const string body = """{"error":{"message":"No.","code":"budget_exceeded","fast":{"spent":6.5}}}""";
        ForEverySplit($"HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\nx-should-retry: false\r\ncontent-length: {body.Length}\r\n\r\n{body}", () =>
        {
            Assert.Equal((429, false, 3.0, "budget_exceeded"), (_facts.Status, _facts.ShouldRetry, _facts.RetryAfter, _facts.Code));
            Assert.Null(_facts.CutCode);
        });
    }

    [Theory]
    // Whole and with the provider's word; cut, where the word is the gateway's; hung up on; a call that was not answered in full.
    [InlineData(true, null, true, 5, 7, 5)]
    [InlineData(true, "budget_exceeded", true, 5, 10, 4)]
    [InlineData(false, null, false, 0, 10, 4)]
    public void What_was_received_is_the_providers_word_or_what_came(bool isWhole, string? cut, bool hasUsage, int usage, int input, int output)
    {
        _facts.Begin();
        StringBuilder events = new();
        for (int token = 0; token < 4; token++)
            events.Append(Event("""{"choices":[{"delta":{"content":"x"}}]}"""));
        if (hasUsage)
            events.Append(Event($$$"""{"usage":{"prompt_tokens":7,"completion_tokens":{{{usage}}}}}"""));
        if (cut is not null)
            events.Append(Event($$$"""{"fast":{"code":"{{{cut}}}"}}"""));
        _facts.TakeHead(Encoding.ASCII.GetBytes(StreamHead + "\r\n"), 200);
        _facts.TakeBody(Encoding.ASCII.GetBytes(events.ToString()));
        _facts.End();
        Assert.Equal(new Tokens(input, output), Tally.ReceivedOf(new Question([], IsStream: true, PromptTokens: 10), _facts, isWhole));
    }

    private static string Event(string data) => $"data: {data}\n\n";

    private void ForEverySplit(string wire, Action check)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(wire);
        AnswerReader reader = new(new AnswerCheck(200, 0, null, 0), isStream: false, _facts);
        for (int split = 0; split <= bytes.Length; split++)
        {
            reader.Begin(null);
            _facts.Begin();
            reader.Read(bytes.AsSpan(0, split), 1);
            reader.Read(bytes.AsSpan(split), 1);
            _facts.End();
            Assert.True(reader.IsWhole, $"split {split}");
            check();
        }
    }
}

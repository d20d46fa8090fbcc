using System.Text;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Dialects;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Tests.Support;
using Xunit;

namespace Fast.Proxy.Tests.Policies.Budgets;

public sealed class InputBoundTests
{
    private const int Chat = 0;
    private const int Embeddings = 2;
    private const int Responses = 3;
    private const long Image = 48_169;
    private const long Hidden = 2_000_000;

    [Theory]
    [InlineData(Chat, """{"messages":[{"content":"an image, a file"}]}""", 0, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"text","text":"\"type\":\"image_url\""}]}]}""", 0, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"image_url"},{"type":"image_url"}]}]}""", 2 * Image, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"t\u0079pe":"im\u0061ge_url"}]}]}""", Image, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"input_audio"}]}]}""", 0, true)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"audio_url"}]}]}""", Hidden, true)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"file"},{"type":"image_url"}]}]}""", Hidden, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"type":"video_url"}]}]}""", Hidden, false)]
    [InlineData(Chat, """{"previous_response_id":"x"}""", 0, false)]
    [InlineData(Responses, """{"previous_response_id":"x"}""", Hidden, false)]
    [InlineData(Responses, """{"prompt":{"id":"x"}}""", Hidden, false)]
    [InlineData(Responses, """{"previous_respons\u0065_id":"x"}""", Hidden, false)]
    [InlineData(Responses, """{"convers\u0061tion":"x"}""", Hidden, false)]
    [InlineData(Responses, """{"input":"na\u00efve \u003cb\u003e, \"quoted\" and \u001b[0m"}""", 0, false)]
    [InlineData(Responses, """{"input":[{"type":"input_image"}]}""", Image, false)]
    [InlineData(Embeddings, """{"input":[{"type":"image_url"}]}""", 0, false)]
    [InlineData(Chat, """{"\ud800":1,"type":"\ud800\udbff","\u0074ype":"\u0066ile"}""", Hidden, false)]

    // Parts that do not say what they are.
    [InlineData(Chat, """{"messages":[{"content":[{"image_url":{"url":"https://x"}},{"text":"a"},{"image_url":"https://x"}]}]}""", 2 * Image, false)]
    [InlineData(Chat, """{"messages":[{"content" : [{"type":null,"image_url":{"url":"https://x"}},{"type":"image_url","image_url":{"url":"https://x"}}]}]}""", 2 * Image, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"im\u0061ge_url":{"url":"https://x"}}]}]}""", Image, false)]
    [InlineData(Chat, """{"messages":[{"content":{"image_url":{"url":"https://x"}}}]}""", Image, false)]
    [InlineData(Chat, """{"messages":[{"content":[[{"input_audio":{"data":"x"}}]]}]}""", 0, true)]
    [InlineData(Chat, """{"messages":[{"content":[{"audio_url":{"url":"https://x"}}]}]}""", Hidden, true)]
    [InlineData(Chat, """{"messages":[{"content":[{"file":{"file_id":"f"}}]}]}""", Hidden, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"video_url":{"url":"https://x"}}]}]}""", Hidden, false)]
    [InlineData(Chat, """{"messages":[{"content":[{"image_embeds":"x"}]}]}""", Hidden, false)]
    [InlineData(Chat, """{"messages":[{"role":"tool","content":[{"type":"text","text":"a","image_url":null},{"text":"an image"}]}]}""", 0, false)]
    [InlineData(Chat, """{"tools":[{"function":{"parameters":{"properties":{"file":{"description":"x"},"content":{"description":"a file"}}}}}]}""", 0, false)]
    [InlineData(Responses, """{"input":[{"role":"user","content":[{"image_url":"https://x"}]}]}""", Image, false)]
    [InlineData(Responses, """{"input":[{"file_id":"f"}]}""", Hidden, false)]
    [InlineData(Responses, """{"input":[{"id":"msg_1"}]}""", Hidden, false)]
    [InlineData(Responses, """{"input":[{"id":"msg_1","type":"message","role":"user","content":"a"},{"role":"user","content":"a file"}]}""", 0, false)]
    [InlineData(Responses, """{"input":[{"type":"computer_call_output","output":{"type":"computer_screenshot","image_url":"data:x"}}]}""", Image, false)]
    [InlineData(Responses, """{"input":[{"type":"computer_call_output","output":{"type":"computer_screenshot","file_id":"f"}}]}""", Image, false)]
    [InlineData(Responses, """{"input":[{"type":"shell_call_output","output":[{"stdout":"an image","stderr":"","outcome":{"type":"exit"}}]}]}""", 0, false)]
    public void Text_counts_by_its_bytes_and_the_rest_by_a_rule(int endpoint, string body, long more, bool audio)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(bytes.Length + 16 + more, InputBound.Of(EndpointTable.Rows[endpoint], bytes, HiddenLetters.MayBeIn(bytes), TextScan.Of(bytes), TestPolicy.Price, out bool hasAudio));
        Assert.Equal(audio, hasAudio);
    }

    [Fact]
    public void No_request_is_more_than_the_model_takes_but_what_stands_there_counts()
    {
        byte[] bytes = """{"messages":[{"content":[{"type":"image_url"}]}]}"""u8.ToArray();
        ModelPrice price = TestPolicy.Price with { InputTokensMax = 1000 };
        Assert.Equal(1000, InputBound.Of(EndpointTable.Rows[Chat], bytes, spells: false, TextScan.Of(bytes), price, out _));
        Assert.Equal(bytes.Length + 16, InputBound.Of(EndpointTable.Rows[Chat], bytes, spells: false, TextScan.Of(bytes), price with { InputTokensMax = 10 }, out _));
        Assert.Equal(bytes.Length + 16 + Image, InputBound.Of(EndpointTable.Rows[Chat], bytes, spells: false, TextScan.Of(bytes), null, out _));
    }
}

using System;
using System.ClientModel;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using Xunit;

namespace Fast.EndToEnd.Tests;

public sealed class ChatTests(Stage stage)
{
    private static readonly ChatTool s_weather = ChatTool.CreateFunctionTool("get_weather", "Weather of a city.",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    private ChatClient Chat(string model) => stage.Client().GetChatClient(model);

    [Fact]
    public async Task A_chat_answer_arrives()
    {
        ChatCompletion answer = await Chat("mock/tokens-5").CompleteChatAsync("hello");
        Assert.Equal(Stage.Tokens(5), answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal(15, answer.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task A_stream_arrives_chunk_by_chunk()
    {
        List<StreamingChatCompletionUpdate> updates = await ReadAsync(Chat("mock/tokens-50").CompleteChatStreamingAsync("hello"));
        string[] texts = [.. updates.SelectMany(static update => update.ContentUpdate).Select(static part => part.Text)];
        Assert.Equal(50, texts.Count(static text => text.Length > 0));
        Assert.Equal(Stage.Tokens(50), string.Concat(texts));
        // This SDK always asks for the usage.
        Assert.Equal(60, updates[^1].Usage.TotalTokenCount);
    }

    [Fact]
    public async Task A_tool_call_arrives()
    {
        ChatCompletion answer = await Chat("mock/ok").CompleteChatAsync([new UserChatMessage("weather?")], WithTool());
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        ChatToolCall call = Assert.Single(answer.ToolCalls);
        Assert.Equal("get_weather", call.FunctionName);
        using JsonDocument arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Equal("Oslo", arguments.RootElement.GetProperty("city").GetString());
    }

    [Fact]
    public async Task A_tool_call_arrives_in_pieces()
    {
        List<StreamingChatCompletionUpdate> updates = await ReadAsync(
            Chat("mock/ok").CompleteChatStreamingAsync([new UserChatMessage("weather?")], WithTool()));
        StreamingChatToolCallUpdate[] pieces = [.. updates.SelectMany(static update => update.ToolCallUpdates)];
        Assert.Equal("get_weather", pieces[0].FunctionName);
        Assert.True(pieces.Length > 2);
        string joined = string.Concat(pieces.Select(static piece => piece.FunctionArgumentsUpdate?.ToString()));
        using JsonDocument arguments = JsonDocument.Parse(joined);
        Assert.Equal("Oslo", arguments.RootElement.GetProperty("city").GetString());
    }

    [Fact]
    public async Task A_structured_output_arrives()
    {
        ChatCompletionOptions options = new()
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("answer",
                BinaryData.FromString("""{"type":"object","properties":{"answer":{"type":"string"},"count":{"type":"integer"}}}""")),
        };
        ChatCompletion answer = await Chat("mock/ok").CompleteChatAsync([new UserChatMessage("hello")], options);
        using JsonDocument json = JsonDocument.Parse(answer.Content[0].Text);
        Assert.Equal("tok0", json.RootElement.GetProperty("answer").GetString());
    }

    [Fact]
    public async Task Embeddings_arrive()
    {
        OpenAIEmbeddingCollection answer = await stage.Client().GetEmbeddingClient("mock/ok").GenerateEmbeddingsAsync(["a", "b"]);
        Assert.Equal(2, answer.Count);
        Assert.Equal([-0.484375f, -0.46875f], answer[1].ToFloats()[..2].ToArray());
    }

    [Fact]
    public async Task Models_are_listed()
    {
        OpenAIModelCollection models = await stage.Client().GetOpenAIModelClient().GetModelsAsync();
        Assert.Contains(models, static model => model.Id == "chat");
        Assert.Contains(models, static model => model.Id == "fallback");
    }

    [Fact]
    public async Task After_a_rate_limit_the_next_target_answers()
    {
        ChatCompletion answer = await Chat("fallback").CompleteChatAsync("hello");
        Assert.Equal(Stage.Tokens(10), answer.Content[0].Text);
    }

    private static ChatCompletionOptions WithTool()
    {
        ChatCompletionOptions options = new();
        options.Tools.Add(s_weather);
        return options;
    }

    private static async Task<List<StreamingChatCompletionUpdate>> ReadAsync(AsyncCollectionResult<StreamingChatCompletionUpdate> stream)
    {
        List<StreamingChatCompletionUpdate> updates = [];
        await foreach (StreamingChatCompletionUpdate update in stream)
            updates.Add(update);
        return updates;
    }
}

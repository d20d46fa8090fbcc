using System.Collections.Generic;
using System.Linq;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider.Renders;

/// <summary>Answers in the responses dialect: one message, or function calls.</summary>
internal sealed class ResponsesRender(AnswerKey key)
{
    /// <summary>The event of the first token: two of the response, one of the item and one of its part come before it.</summary>
    public const int FirstTokenEvent = 4;

    private readonly Script _script = key.Script;
    private readonly string[] _calls = key.Calls?.Split(',') ?? [];
    private readonly List<byte[]> _events = [];

    public Answer Render()
    {
        return key.Stream ? new Answer(Events()) : new Answer(200, "application/json", RenderText.Bytes(Completed()));
    }

    private string Text => key.WantsObject ? RenderText.ObjectText : RenderText.Tokens(key.Tokens);

    private byte[][] Events()
    {
        string begun = Response("in_progress", "", "null");
        Add("response.created", $"\"response\":{begun}");
        Add("response.in_progress", $"\"response\":{begun}");
        if (_calls.Length > 0)
            AddCalls();
        else
            AddMessage();
        Add("response.completed", $"\"response\":{Completed()}");
        return [.. _events];
    }

    private void AddMessage()
    {
        const string where = "\"item_id\":\"msg_fake\",\"output_index\":0,\"content_index\":0";
        Add("response.output_item.added", $"\"output_index\":0,\"item\":{Message("in_progress", "")}");
        Add("response.content_part.added", $"{where},\"part\":{Part("")}");
        IEnumerable<string> deltas = key.WantsObject ? [Text] : Enumerable.Range(0, key.Tokens).Select(RenderText.Token);
        foreach (string delta in deltas)
            Add("response.output_text.delta", $"{where},\"delta\":{RenderText.Quote(delta)},\"logprobs\":[]");
        Add("response.output_text.done", $"{where},\"text\":{RenderText.Quote(Text)},\"logprobs\":[]");
        Add("response.content_part.done", $"{where},\"part\":{Part(Text)}");
        Add("response.output_item.done", $"\"output_index\":0,\"item\":{Message("completed", Part(Text))}");
    }

    private void AddCalls()
    {
        for (int index = 0; index < _calls.Length; index++)
        {
            string where = $"\"item_id\":\"fc_{index}\",\"output_index\":{index}";
            string arguments = RenderText.Arguments(_calls[index], _script.BigTool);
            Add("response.output_item.added", $"\"output_index\":{index},\"item\":{Call(index, "", "in_progress")}");
            foreach (string piece in RenderText.Pieces(arguments, _script.BigTool))
                Add("response.function_call_arguments.delta", $"{where},\"delta\":{RenderText.Quote(piece)}");
            string name = RenderText.Quote(_calls[index]);
            Add("response.function_call_arguments.done", $"{where},\"name\":{name},\"arguments\":{RenderText.Quote(arguments)}");
            Add("response.output_item.done", $"\"output_index\":{index},\"item\":{Call(index, arguments, "completed")}");
        }
    }

    private void Add(string type, string members)
    {
        _events.Add(RenderText.Event(type, $$"""{"type":"{{type}}","sequence_number":{{_events.Count}},{{members}}}"""));
    }

    private string Completed()
    {
        int total = key.Prompt + key.Tokens;
        string usage = $$$"""{"input_tokens":{{{key.Prompt}}}"""
            + ""","input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0}"""
            + $$$""","output_tokens":{{{key.Tokens}}},"output_tokens_details":{"reasoning_tokens":0},"total_tokens":{{{total}}}}""";
        string output = _calls.Length == 0
            ? Message("completed", Part(Text))
            : string.Join(',', _calls.Select((call, index) => Call(index, RenderText.Arguments(call, _script.BigTool), "completed")));
        return Response("completed", output, usage);
    }

    private string Response(string status, string output, string usage)
    {
        string completed = status == "completed" ? RenderText.Created : "null";
        return $$"""{"id":"resp_fake","object":"response","created_at":{{RenderText.Created}},"completed_at":{{completed}}"""
            + $$""","status":"{{status}}","background":false,"error":null,"incomplete_details":null,"instructions":null"""
            + $$""","max_output_tokens":null,"model":{{RenderText.Quote(_script.Model)}},"parallel_tool_calls":true"""
            + ""","previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":true,"temperature":1,"top_p":1"""
            + ""","text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"truncation":"disabled","metadata":{}"""
            + $$""","output":[{{output}}],"usage":{{usage}}}""";
    }

    private static string Message(string status, string part)
    {
        return $$"""{"id":"msg_fake","type":"message","role":"assistant","status":"{{status}}","content":[{{part}}]}""";
    }

    private static string Part(string text)
    {
        return $$"""{"type":"output_text","text":{{RenderText.Quote(text)}},"annotations":[],"logprobs":[]}""";
    }

    private string Call(int index, string arguments, string status)
    {
        return $$"""{"id":"fc_{{index}}","type":"function_call","name":{{RenderText.Quote(_calls[index])}}"""
            + $$""","call_id":"call_{{index}}","status":"{{status}}","arguments":{{RenderText.Quote(arguments)}}}""";
    }
}

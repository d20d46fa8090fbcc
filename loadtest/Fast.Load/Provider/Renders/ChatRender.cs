using System;
using System.Collections.Generic;
using System.Text;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider.Renders;

/// <summary>Answers in the chat dialect: text, a JSON object, or tool calls.</summary>
internal sealed class ChatRender(AnswerKey key, ProviderRequest request)
{
    /// <summary>The event of the first token; the one before it names the role.</summary>
    public const int FirstTokenEvent = 1;

    private const string ToolDefault = "big_tool";

    private readonly Script _script = key.Script;
    private readonly string _model = RenderText.Quote(key.Script.Model);
    private readonly string[] _calls = key.Calls?.Split(',') ?? (key.Script.BigTool ? [ToolDefault] : []);

    public Answer Render() => key.Stream ? new Answer(Events()) : new Answer(200, "application/json", Body());

    private byte[] Body()
    {
        if (_script.BodyBytes == 0 || _calls.Length > 0)
            return RenderText.Bytes(Completion(Content()));
        byte[] frame = RenderText.Bytes(Completion(""));
        // Filled in as bytes: as text, tens of megabytes would keep the provider's one thread for seconds.
        byte[] body = new byte[Math.Max(_script.BodyBytes, frame.Length)];
        int at = frame.AsSpan().IndexOf("\"content\":\""u8) + "\"content\":\""u8.Length;
        int padding = body.Length - frame.Length;
        frame.AsSpan(0, at).CopyTo(body);
        body.AsSpan(at, padding).Fill((byte)'x');
        frame.AsSpan(at).CopyTo(body.AsSpan(at + padding));
        return body;
    }

    private string Content()
    {
        if (_script.Echo)
            return Encoding.UTF8.GetString(request.Body.Span);
        return key.WantsObject ? RenderText.ObjectText : RenderText.Tokens(key.Tokens);
    }

    private string Completion(string content)
    {
        string message = _calls.Length == 0
            ? $$"""{"role":"assistant","content":{{RenderText.Quote(content)}},"refusal":null,"annotations":[]}"""
            : $$"""{"role":"assistant","content":null,"refusal":null,"tool_calls":[{{string.Join(',', Calls())}}]}""";
        return $$"""{"id":"chatcmpl-fake","object":"chat.completion","created":{{RenderText.Created}},"model":{{_model}}"""
            + $$""","service_tier":"default","system_fingerprint":"fp_fake","choices":[{"index":0,"finish_reason":{{Finish}}"""
            + $$""","logprobs":null,"message":{{message}}}],"usage":{{Usage()}}}""";
    }

    private string Finish => _calls.Length > 0 ? "\"tool_calls\"" : key.TokensMax > 0 ? "\"length\"" : "\"stop\"";

    private IEnumerable<string> Calls()
    {
        for (int index = 0; index < _calls.Length; index++)
        {
            string arguments = RenderText.Arguments(_calls[index], _script.BigTool);
            yield return $$$"""{"id":"call_{{{index}}}","type":"function","function":{{{Function(_calls[index], arguments)}}}}""";
        }
    }

    private static string Function(string name, string arguments)
    {
        return $$"""{"name":{{RenderText.Quote(name)}},"arguments":{{RenderText.Quote(arguments)}}}""";
    }

    private string Usage()
    {
        int total = key.Prompt + key.Tokens;
        return $$$"""{"prompt_tokens":{{{key.Prompt}}},"completion_tokens":{{{key.Tokens}}},"total_tokens":{{{total}}}"""
            + ""","prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0,"audio_tokens":0}"""
            + ""","completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0"""
            + ""","rejected_prediction_tokens":0}}""";
    }

    private byte[][] Events()
    {
        List<byte[]> events = [];
        if (_calls.Length > 0)
            AddCalls(events);
        else
            AddContent(events);
        if (key.IsEndless)
            return [.. events];
        events.Add(Chunk("{}", Finish));
        if (key.IncludeUsage)
            events.Add(Envelope("[]", $",\"usage\":{Usage()}"));
        events.Add(RenderText.Event("[DONE]"));
        return [.. events];
    }

    private void AddContent(List<byte[]> events)
    {
        events.Add(Chunk("""{"role":"assistant","content":"","refusal":null}"""));
        if (_script.Echo || key.WantsObject)
        {
            events.Add(Chunk($$"""{"content":{{RenderText.Quote(Content())}}}"""));
            return;
        }
        for (int token = 0; token < key.Tokens; token++)
            events.Add(Chunk($$"""{"content":"{{RenderText.Token(token)}}"}"""));
    }

    private void AddCalls(List<byte[]> events)
    {
        for (int index = 0; index < _calls.Length; index++)
        {
            string role = index == 0 ? "\"role\":\"assistant\",\"content\":null," : "";
            string function = Function(_calls[index], "");
            events.Add(Chunk($$$"""{{{{role}}}"tool_calls":[{"index":{{{index}}}"""
                + $$$""","id":"call_{{{index}}}","type":"function","function":{{{function}}}}]}"""));
            foreach (string piece in RenderText.Pieces(RenderText.Arguments(_calls[index], _script.BigTool), _script.BigTool))
            {
                string quoted = RenderText.Quote(piece);
                events.Add(Chunk($$$"""{"tool_calls":[{"index":{{{index}}},"function":{"arguments":{{{quoted}}}}}]}"""));
            }
        }
    }

    private byte[] Chunk(string delta, string finish = "null")
    {
        string choice = $$"""[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]""";
        return Envelope(choice, key.IncludeUsage ? ",\"usage\":null" : "");
    }

    private byte[] Envelope(string choices, string usage)
    {
        string start = $$"""{"id":"chatcmpl-fake","object":"chat.completion.chunk","created":{{RenderText.Created}}"""
            + $$""","model":{{_model}},"system_fingerprint":"fp_fake","choices":{{choices}}{{usage}}""";
        byte[] plain = RenderText.Event(start + "}");
        int padding = _script.EventBytes - plain.Length - RenderText.Bytes(Obfuscation("")).Length;
        // As OpenAI hides the length of tokens: clients know the member and ignore it.
        return padding <= 0 ? plain : RenderText.Event(start + Obfuscation(new string('x', padding)) + "}");
    }

    private static string Obfuscation(string padding) => $",\"obfuscation\":\"{padding}\"";
}

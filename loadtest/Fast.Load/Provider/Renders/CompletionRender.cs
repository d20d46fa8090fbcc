using System.Collections.Generic;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider.Renders;

/// <summary>Answers of the old completions endpoint.</summary>
internal static class CompletionRender
{
    public static Answer Render(AnswerKey key)
    {
        Script script = key.Script;
        int total = key.Prompt + key.Tokens;
        string finish = key.TokensMax > 0 ? "\"length\"" : "\"stop\"";
        string usage = $$$"""{"prompt_tokens":{{{key.Prompt}}},"completion_tokens":{{{key.Tokens}}}"""
            + $$$""","total_tokens":{{{total}}}}""";
        if (!key.Stream)
        {
            string text = RenderText.Quote(RenderText.Tokens(key.Tokens));
            return new Answer(200, "application/json", RenderText.Bytes(Envelope(script, Choice(text, finish), $",\"usage\":{usage}")));
        }
        List<byte[]> events = [];
        for (int token = 0; token < key.Tokens; token++)
            events.Add(RenderText.Event(Envelope(script, Choice(RenderText.Quote(RenderText.Token(token)), "null"), "")));
        events.Add(RenderText.Event(Envelope(script, Choice("\"\"", finish), "")));
        if (key.IncludeUsage)
            events.Add(RenderText.Event(Envelope(script, "", $",\"usage\":{usage}")));
        events.Add(RenderText.Event("[DONE]"));
        return new Answer([.. events]);
    }

    private static string Choice(string text, string finish)
    {
        return $$"""{"text":{{text}},"index":0,"logprobs":null,"finish_reason":{{finish}}}""";
    }

    private static string Envelope(Script script, string choices, string usage)
    {
        return $$"""{"id":"cmpl-fake","object":"text_completion","created":{{RenderText.Created}}"""
            + $$""","model":{{RenderText.Quote(script.Model)}},"choices":[{{choices}}]{{usage}}}""";
    }
}

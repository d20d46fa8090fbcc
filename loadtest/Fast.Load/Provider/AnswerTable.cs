using System.Collections.Generic;
using Fast.Load.Provider.Renders;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;

namespace Fast.Load.Provider;

/// <summary>Renders answers, each once as long as there is room to keep it.</summary>
internal sealed class AnswerTable
{
    // Beyond either, answers are rendered anew for every request.
    private const int AnswersMax = 10_000;
    private const long KeptBytesMax = 256 * 1024 * 1024;

    private readonly Dictionary<AnswerKey, Answer> _answers = new();
    private long _keptBytes;

    public Answer Of(in AnswerKey key, ProviderRequest request)
    {
        if (DependsOnRequest(key))
        {
            Answer own = Render(key, request);
            Describe(own, key);
            return own;
        }
        if (_answers.TryGetValue(key, out Answer? answer))
            return answer;
        answer = Render(key, request);
        Describe(answer, key);
        if (_answers.Count < AnswersMax && _keptBytes + answer.WireBytesMax <= KeptBytesMax)
        {
            _answers.Add(key, answer);
            _keptBytes += answer.WireBytesMax;
        }
        return answer;
    }

    private static void Describe(Answer answer, in AnswerKey key)
    {
        answer.Usage = UsageOf(key);
        answer.IsEndless = key.IsEndless;
    }

    private static Usage UsageOf(in AnswerKey key)
    {
        Script script = key.Script;
        if (script.Fault != 0)
            return default;
        bool isText = !key.WantsObject && !script.Echo && !script.ErrorEvent && key.Calls is null && !script.BigTool;
        int tokens = key.IsEndless ? int.MaxValue : script.ErrorEvent && key.Stream ? 0 : key.Tokens;
        return key.Endpoint switch
        {
            Endpoint.Embeddings => new Usage(key.Prompt, 0, -1),
            Endpoint.Completions => new Usage(key.Prompt, tokens, 0),
            Endpoint.Chat => new Usage(key.Prompt, tokens, isText ? ChatRender.FirstTokenEvent : -1),
            Endpoint.Responses => new Usage(key.Prompt, tokens, isText ? ResponsesRender.FirstTokenEvent : -1),
            _ => default,
        };
    }

    private static bool DependsOnRequest(in AnswerKey key)
    {
        return key.Script.Echo || key.Script.Fault == 401 || key.Endpoint is Endpoint.Files or Endpoint.Unknown;
    }

    private static Answer Render(in AnswerKey key, ProviderRequest request)
    {
        if (key.Script.Fault != 0)
            return ErrorRender.Fault(key.Script.Fault, request);
        return key.Endpoint switch
        {
            Endpoint.Chat => new ChatRender(key, request).Render(),
            Endpoint.Completions => CompletionRender.Render(key),
            Endpoint.Embeddings => EmbeddingRender.Render(key),
            Endpoint.Responses => new ResponsesRender(key).Render(),
            Endpoint.Moderations => PlainRender.Moderations(key),
            Endpoint.ImageGenerations or Endpoint.ImageEdits => PlainRender.Images(),
            Endpoint.Speech => PlainRender.Speech(key),
            Endpoint.Transcriptions => PlainRender.Transcription(key),
            Endpoint.Files => PlainRender.File(request),
            Endpoint.Models => PlainRender.Models(),
            _ => ErrorRender.UnknownPath(request),
        };
    }
}

/// <summary>All that an answer depends on besides the request's own bytes.</summary>
internal readonly record struct AnswerKey(Endpoint Endpoint, Script Script, bool Stream, bool IncludeUsage, bool WantsObject,
    bool Base64, int Dimensions, int Inputs, string? Calls)
{
    // A stream of more has no end that anybody would wait for.
    private const int EndlessTokensMax = 100_000;

    /// <summary>Tokens of the prompt, as the answer tells of them.</summary>
    public int Prompt { get; init; } = RenderText.PromptTokens;

    /// <summary>Most tokens that the answer may have; 0 where that changes nothing.</summary>
    public int TokensMax { get; init; }

    /// <summary>Tokens of the answer.</summary>
    public int Tokens => TokensMax > 0 ? TokensMax : Script.Tokens;

    public bool IsEndless => Script.Endless && Stream && TokensMax == 0;

    public AnswerKey(Endpoint endpoint, Script script, in Asked asked)
        : this(endpoint, script, asked.Stream, asked.IncludeUsage, asked.WantsObject, asked.Base64, asked.Dimensions, asked.Inputs,
            script.Calls ?? asked.Calls)
    {
        Prompt = PromptOf(script, asked.PromptBytes);
        int whole = script.Endless && asked.Stream ? EndlessTokensMax : script.Tokens;
        bool isText = !script.Heedless && !asked.WantsObject && asked.Calls is null && !script.Echo && !script.BigTool;
        TokensMax = isText && asked.TokensMax < whole ? asked.TokensMax : 0;
    }

    /// <summary>The tokens of a prompt of so many bytes.</summary>
    public static int PromptOf(Script script, int bytes) =>
        script.PromptBytes == 0 ? RenderText.PromptTokens : (bytes + script.PromptBytes - 1) / script.PromptBytes;
}

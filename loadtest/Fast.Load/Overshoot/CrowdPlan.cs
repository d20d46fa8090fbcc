using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Fast.Load.Load;
using Fast.Load.Provider;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;
using Fast.Load.Run;

namespace Fast.Load.Overshoot;

/// <summary>Who asks what: so many callers of each kind, and the questions that they choose among.</summary>
internal sealed record CrowdPlan(IPEndPoint Address, int Streams, int Calls)
{
    private static readonly int[] s_bodyBytes = [600, 2400];

    public required IReadOnlyList<Question> StreamQuestions { get; init; }

    public required IReadOnlyList<Question> CallQuestions { get; init; }

    public IReadOnlyList<Question> BadStreamQuestions { get; init; } = [];

    public IReadOnlyList<Question> BadCallQuestions { get; init; } = [];

    /// <summary>How many of a hundred requests are about a model that misbehaves.</summary>
    public double BadPercent { get; init; }

    /// <summary>Whether each caller asks the question of its own number, once.</summary>
    public bool AsksOnce { get; init; }

    /// <summary>How many of a hundred streams their callers hang up on.</summary>
    public double AbortPercent { get; init; }

    /// <summary>The admission that stands in for a gateway's; null when a gateway is asked.</summary>
    public CountAfter? Admission { get; init; }

    public TokenPrices Prices { get; init; }

    /// <summary>
    /// The questions about models: short ones and longer ones. Calls bring the limit of tokens, of streams every other one, so that both ways of
    /// holding a stream to what can be paid come up.
    /// </summary>
    public static List<Question> Questions(TargetUrl target, IEnumerable<string> models, bool stream, int tokensMax, bool asksUsage,
        IReadOnlyList<(string, string)> headers)
    {
        List<Question> questions = [];
        foreach ((string model, int bytes) in models.SelectMany(static model => s_bodyBytes.Select(bytes => (model, bytes))))
        {
            int most = stream && questions.Count % 2 == 1 ? 0 : tokensMax;
            ChatQuestion question = new(model, bytes, stream, most, stream && (asksUsage || questions.Count % 4 == 0));
            byte[] request = RequestTemplate.Chat(target.HostPort, target.Path, question, headers);
            questions.Add(new Question(request, stream, PromptOf(request, model)));
        }
        return questions;
    }

    /// <summary>What the fake provider takes the prompt for.</summary>
    private static int PromptOf(ReadOnlySpan<byte> request, string model)
    {
        ReadOnlySpan<byte> body = request[(request.IndexOf("\r\n\r\n"u8) + 4)..];
        Script script = new(model[(model.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return AnswerKey.PromptOf(script, Asked.Read(body, new ModelNames()).PromptBytes);
    }
}

/// <summary>A request, complete with its head, and how many tokens its prompt has.</summary>
internal sealed record Question(byte[] Request, bool IsStream, int PromptTokens);

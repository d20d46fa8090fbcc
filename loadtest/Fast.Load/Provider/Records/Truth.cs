using System;
using System.Collections.Generic;

namespace Fast.Load.Provider.Records;

/// <summary>What was really served since the last reset, to hold somebody's books against.</summary>
internal sealed class Truth
{
    private const int ModelsMax = 1000;

    private readonly Dictionary<string, ModelTruth> _models = new(StringComparer.Ordinal);

    public long Requests;

    /// <summary>Answers that went out to their end.</summary>
    public long Completed;

    /// <summary>Answers whose peer hung up before their end.</summary>
    public long Aborted;

    /// <summary>Answers that the script cut off or refused.</summary>
    public long Cut;

    /// <summary>Tokens of the prompts whose answer began.</summary>
    public long PromptTokens;

    /// <summary>Tokens that were sent: of a stream those whose event went out, of another answer all of them once it began.</summary>
    public long CompletionTokens;

    /// <summary>Events that went out whole.</summary>
    public long Events;

    /// <summary>The same by model, as far as tokens go.</summary>
    public IReadOnlyDictionary<string, ModelTruth> Models => _models;

    /// <summary>The counts of a model; those beyond the last share one that is not shown.</summary>
    public ModelTruth Of(string model)
    {
        if (_models.TryGetValue(model, out ModelTruth? found))
            return found;
        found = new ModelTruth();
        if (_models.Count < ModelsMax)
            _models.Add(model, found);
        return found;
    }

    public void Reset()
    {
        _models.Clear();
        Requests = Completed = Aborted = Cut = 0;
        PromptTokens = CompletionTokens = Events = 0;
    }

    public void CountPrompt(ModelTruth? model, long tokens)
    {
        PromptTokens += tokens;
        if (model is not null)
            model.PromptTokens += tokens;
    }

    public void CountCompletion(ModelTruth? model, long tokens)
    {
        CompletionTokens += tokens;
        if (model is not null)
            model.CompletionTokens += tokens;
    }
}

/// <summary>What was really served of one model.</summary>
internal sealed class ModelTruth
{
    public long Requests;
    public long PromptTokens;
    public long CompletionTokens;
}

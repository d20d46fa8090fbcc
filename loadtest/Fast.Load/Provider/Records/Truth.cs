namespace Fast.Load.Provider.Records;

/// <summary>What was really served since the last reset, to hold somebody's books against.</summary>
internal sealed class Truth
{
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

    public void Reset()
    {
        Requests = Completed = Aborted = Cut = 0;
        PromptTokens = CompletionTokens = Events = 0;
    }

    public void CountEvents(int count, long tokens)
    {
        Events += count;
        CompletionTokens += tokens;
    }
}

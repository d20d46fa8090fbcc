using Fast.Proxy.Accounting.Prices;

namespace Fast.Proxy.Exchanges;

/// <summary>What was seen of the answer.</summary>
public struct MeterSection
{
    /// <summary>Whether the provider has said what the exchange used up.</summary>
    public bool HasUsage;

    /// <summary>What it said.</summary>
    public TokenUsage Usage;

    /// <summary>The service that it says the answer got; read only where it has a price of its own.</summary>
    public ServiceTiers Service;

    /// <summary>Seconds of sound that the provider says it has written down; 0 when it does not say.</summary>
    public long Seconds;

    /// <summary>Whether the answer is an event stream that is listened to.</summary>
    public bool IsStream;

    /// <summary>Bytes of text, without their escapes, that a stream has brought.</summary>
    public long TextBytes;

    /// <summary>How many choices of a stream have finished, of those that have a bit in <see cref="Dialects.OpenAi.StreamChunk.ChoicesSeen"/>.</summary>
    public int ChoicesFinished;

    /// <summary>Whether some events were only glanced at, so that <see cref="TextBytes"/> is not all of the text.</summary>
    public bool IsGlanced;

    /// <summary>Events of a stream that brought text.</summary>
    public long TextEvents;

    /// <summary>Tokens of output that were set aside while the stream ran, beyond those at its beginning.</summary>
    public long OutputGrown;

    /// <summary>Whether the stream came to its end by itself, so that nothing more was made than was seen.</summary>
    public bool StreamEnded;

    /// <summary>Calls of tools in the answer.</summary>
    public int ToolCalls;

    /// <summary>What is told of the answer, though it passes, and of the request before.</summary>
    public string? Warning;

    /// <summary>The code of the policy that ended the answer early; null when none did.</summary>
    public string? CutCode;
}

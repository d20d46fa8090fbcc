using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Accounting;

/// <summary>What is counted of one exchange when it has ended.</summary>
internal readonly record struct ExchangeAccount
{
    /// <summary>The value of a time that was not taken.</summary>
    public const long NoTime = -1;

    /// <summary>What was asked; null when that never became clear.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>The status that the caller gets; 0 when there was nobody to answer.</summary>
    public int Status { get; init; }

    public Fault Fault { get; init; }

    /// <summary>Bytes of the request's body that were read.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Bytes of a provider's answer that went to the caller, without framing.</summary>
    public long AnswerBytes { get; init; }

    /// <summary>Events of a streamed answer.</summary>
    public int Events { get; init; }

    /// <summary>What it cost, in nano-dollars.</summary>
    public long Cost { get; init; }

    /// <summary>Tokens that the model read.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens that it made.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Time up to the head of a provider's answer that was Fast's own; <see cref="NoTime"/> when none answered.</summary>
    public long OwnMicroseconds { get; init; }

    /// <summary>Time from the head to the end; <see cref="NoTime"/> when no provider was asked.</summary>
    public long WholeMicroseconds { get; init; }
}

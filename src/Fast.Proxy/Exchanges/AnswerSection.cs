namespace Fast.Proxy.Exchanges;

/// <summary>What the caller got.</summary>
public struct AnswerSection
{
    /// <summary>Whether a final answer's head was written: from here on nothing can be taken back.</summary>
    public bool Started;

    /// <summary>Whether the caller was told to go on with its body.</summary>
    public bool ContinueSent;

    /// <summary>Whether the answer ended before it should have: the connection cannot go on.</summary>
    public bool CutShort;

    /// <summary>Whether the fault that cut the answer short was told in the answer itself.</summary>
    public bool FaultTold;

    /// <summary>Whether the connection may serve another request after this one.</summary>
    public bool KeepAlive;

    /// <summary>HTTP status of the answer.</summary>
    public int Status;

    /// <summary>Bytes of the answer's body.</summary>
    public long Bytes;
}

namespace Fast.Proxy.Exchanges;

/// <summary>What was found out when the exchange was let in.</summary>
public struct AdmissionSection
{
    /// <summary>When that was, in Unix milliseconds.</summary>
    public long At;

    /// <summary>Whether the caller only wants to know what would be decided.</summary>
    public bool IsDryRun;

    /// <summary>Whether the caller wants the receipt in the stream, too.</summary>
    public bool WantsReceipt;

    /// <summary>A rule that was broken and is only warned of.</summary>
    public string? Warning;
}

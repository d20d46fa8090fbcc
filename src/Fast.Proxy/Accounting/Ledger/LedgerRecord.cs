using Fast.Proxy.Accounting.Prices;

namespace Fast.Proxy.Accounting.Ledger;

/// <summary>What the ledger keeps of one exchange. Times are Unix milliseconds and durations in microseconds; -1 stands for a time not taken.</summary>
public record struct LedgerRecord
{
    /// <summary>The exchange's name: 128 bits, as <c>x-fast-request-id</c> writes them.</summary>
    public ulong IdHigh { get; set; }

    /// <summary>The other half.</summary>
    public ulong IdLow { get; set; }

    /// <summary>When the exchange ended.</summary>
    public long EndedAt { get; set; }

    /// <summary>Names of the accounts, outermost first; null where there is none.</summary>
    public string? Organisation { get; set; }

    public string? Team { get; set; }

    public string Key { get; set; }

    public string? Run { get; set; }

    /// <summary>What was asked, as <c>Endpoint.Path</c> has it.</summary>
    public string Endpoint { get; set; }

    /// <summary>The model as the caller named it where it stands under <c>models:</c>; else null.</summary>
    public string? Model { get; set; }

    /// <summary>The provider that answered last; null when none was asked.</summary>
    public string? Provider { get; set; }

    /// <summary>That provider's name for the model.</summary>
    public string? UpstreamModel { get; set; }

    /// <summary>Targets tried.</summary>
    public int Attempts { get; set; }

    /// <summary>Tokens by kind.</summary>
    public TokenUsage Usage { get; set; }

    /// <summary>Cost in nano-dollars.</summary>
    public long Cost { get; set; }

    /// <summary>Whether the tokens are Fast's own estimate, because the provider reported none.</summary>
    public bool Estimated { get; set; }

    /// <summary>Whether the model had a price.</summary>
    public bool Priced { get; set; }

    /// <summary>HTTP status that the caller got; 0 for none.</summary>
    public int Status { get; set; }

    /// <summary>The stable code of the fault that ended it, or of the policy that cut it; null when it ended well.</summary>
    public string? Decision { get; set; }

    /// <summary>Time of Fast's own up to the answer's head.</summary>
    public long OwnMicroseconds { get; set; }

    /// <summary>Time from head to end.</summary>
    public long WholeMicroseconds { get; set; }
}

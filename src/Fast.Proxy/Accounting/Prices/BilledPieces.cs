namespace Fast.Proxy.Accounting.Prices;

/// <summary>What of one exchange is billed by other measures than tokens.</summary>
public record struct BilledPieces
{
    /// <summary>Pictures made.</summary>
    public long Images { get; set; }

    /// <summary>Characters of the text to be spoken.</summary>
    public long Characters { get; set; }

    /// <summary>Seconds of sound to be transcribed, the last one begun counted whole.</summary>
    public long Seconds { get; set; }
}

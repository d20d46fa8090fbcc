namespace Fast.Proxy.Connections;

/// <summary>What a connection is waiting for while a deadline is armed.</summary>
public enum Wait : byte
{
    Nothing,
    NextRequest,
    Head,
    Body,
    FirstToken,
    BetweenTokens,
    Total,
    CallerToRead,
}

namespace Fast.Proxy.Faults;

/// <summary>On whose side a fault lies.</summary>
public enum FaultBlame : byte
{
    Nobody,
    Caller,
    Operator,
    Upstream,
    Fast,
}

using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Exchanges;

/// <summary>Who asks.</summary>
public struct CallerSection
{
    /// <summary>The caller's policy.</summary>
    public KeySnapshot? Key;
}

using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Exchanges;

/// <summary>Who asks.</summary>
public struct CallerSection
{
    /// <summary>The caller's policy; null of an operator.</summary>
    public KeySnapshot? Key;

    /// <summary>Whether it is the operator, with the admin key.</summary>
    public bool IsAdmin;
}

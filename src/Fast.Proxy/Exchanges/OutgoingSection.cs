using System;

namespace Fast.Proxy.Exchanges;

/// <summary>What goes upstream: the caller's bytes with at most one part replaced.</summary>
public struct OutgoingSection
{
    /// <summary>The body before what is replaced; all of it when nothing is.</summary>
    public ReadOnlyMemory<byte> Before;

    /// <summary>What stands in its place.</summary>
    public ReadOnlyMemory<byte> Replacement;

    /// <summary>The body behind it.</summary>
    public ReadOnlyMemory<byte> After;
}

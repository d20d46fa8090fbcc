using System;
using Fast.Proxy.Snapshots;

namespace Fast.Proxy.Exchanges;

/// <summary>Where the exchange may go.</summary>
public struct RouteSection
{
    /// <summary>The entry under <c>models:</c>, or null when the name addresses a provider directly.</summary>
    public ModelSnapshot? Model;

    /// <summary>The provider addressed directly.</summary>
    public ProviderSnapshot? Direct;

    /// <summary>Bytes of <c>provider/</c> before the upstream's own name in the body, for a provider addressed directly.</summary>
    public int DirectPrefix;

    /// <summary>The upstream's own name, when the body spells it with escapes.</summary>
    public ReadOnlyMemory<byte> DirectModel;

    /// <summary>Where among the model's targets the next one is looked for.</summary>
    public int Next;

    /// <summary>Targets tried, the current one included; those that were passed over are not.</summary>
    public int Tried;

    /// <summary>The provider of the current attempt.</summary>
    public ProviderSnapshot? Provider;

    /// <summary>The current target; null for a provider addressed directly.</summary>
    public TargetSnapshot? Target;

    /// <summary>The patience of this exchange.</summary>
    public TimeoutsSnapshot? Timeouts;
}

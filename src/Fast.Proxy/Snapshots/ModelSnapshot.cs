using System.Collections.Generic;

namespace Fast.Proxy.Snapshots;

/// <summary>A name under <c>models:</c> and where it may be served from, in order.</summary>
/// <param name="Name">The name that callers ask for.</param>
/// <param name="Targets">At least one.</param>
/// <param name="Timeouts">The model's own patience, or the general one.</param>
public sealed record ModelSnapshot(string Name, IReadOnlyList<TargetSnapshot> Targets, TimeoutsSnapshot Timeouts);

using System.Threading;

namespace Fast.Proxy.Snapshots;

/// <summary>Holds the configuration that is current. A reload puts another in its place; exchanges in flight keep theirs.</summary>
/// <param name="first">The configuration at start.</param>
public sealed class SnapshotSource(Snapshot first)
{
    private Snapshot _current = first;

    /// <summary>The configuration that the next exchange takes.</summary>
    public Snapshot Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }
}

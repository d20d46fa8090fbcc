using System.Threading;

namespace Fast.Proxy.Connections;

/// <summary>The memory that all request bodies in flight may take together, counted by what their buffers hold.</summary>
/// <param name="bytesMax">The most, from <see cref="Snapshots.ServerLimits.BodiesBytesMax"/>.</param>
public sealed class BodyMemory(long bytesMax)
{
    private long _taken;

    /// <summary>Bytes held now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes, or nothing when they would be too many.</summary>
    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= bytesMax)
            return true;

        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    internal void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}

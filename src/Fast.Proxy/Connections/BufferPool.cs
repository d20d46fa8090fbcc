using System.Buffers;
using System.Threading;
using Fast.Proxy.Sockets;

namespace Fast.Proxy.Connections;

/// <summary>
/// The one door to pooled byte arrays. It counts, so that a test, and an operator, can see that what was rented came back. The arrays of most
/// exchanges come from a shelf of the thread that polls their sockets, and all others from the runtime's pool.
/// </summary>
public sealed class BufferPool
{
    private long _outstanding;

    /// <summary>Arrays rented and not yet returned.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    /// <summary>Rents an array of at least <paramref name="length"/> bytes; its content is whatever was left in it.</summary>
    internal byte[] Rent(int length)
    {
        Interlocked.Increment(ref _outstanding);
        return BufferShelf.Here?.TryTake(length) ?? ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Takes an array back.</summary>
    internal void Return(byte[] buffer)
    {
        Interlocked.Decrement(ref _outstanding);
        if (BufferShelf.Here is not { } shelf || !shelf.TryPut(buffer))
            ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Counts an array that is left to the garbage collector, because somebody may still read it.</summary>
    internal void Abandon() => Interlocked.Decrement(ref _outstanding);
}

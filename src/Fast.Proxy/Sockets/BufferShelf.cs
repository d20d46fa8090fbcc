using System;
using System.Numerics;

namespace Fast.Proxy.Sockets;

/// <summary>
/// Byte arrays that one thread keeps at hand, of the sizes that an exchange takes. The runtime's pool keeps one of a size to a thread, and what
/// lies behind is shared and locked; a thread that has many exchanges under way at once would go there for nearly every array.
/// </summary>
internal sealed class BufferShelf
{
    /// <summary>The smallest arrays have 1 KiB, the others twice as much each.</summary>
    private const int LeastBits = 10;

    private const int Sizes = 5;

    /// <summary>Most arrays of a size that are kept.</summary>
    private const int ArraysMax = 64;

    /// <summary>Most bytes in arrays of a size.</summary>
    private const int BytesMax = 256 * 1024;

    // Here and not with the poller: to ask that class for anything starts its threads, also where its sockets are not used.
    [ThreadStatic]
    private static BufferShelf? t_here;

    private readonly byte[]?[][] _arrays = new byte[]?[Sizes][];
    private readonly int[] _counts = new int[Sizes];

    public BufferShelf()
    {
        for (int size = 0; size < Sizes; size++)
            _arrays[size] = new byte[]?[Math.Min(ArraysMax, BytesMax >> (size + LeastBits))];
    }

    /// <summary>The shelf of this thread, if it has one.</summary>
    public static BufferShelf? Here => t_here;

    /// <summary>Gives this thread a shelf.</summary>
    public static void PutUp() => t_here = new BufferShelf();

    /// <summary>Takes an array from the shelf.</summary>
    /// <param name="length">Bytes that it has to have at least.</param>
    /// <returns>Null when there is none of that size.</returns>
    public byte[]? TryTake(int length)
    {
        int size = Math.Max(0, BitOperations.Log2((uint)(length - 1) | 1) + 1 - LeastBits);
        if (size >= Sizes || _counts[size] == 0)
            return null;

        ref byte[]? place = ref _arrays[size][--_counts[size]];
        byte[]? taken = place;
        place = null;
        return taken;
    }

    /// <summary>Puts an array onto the shelf.</summary>
    /// <returns>False when there is no room for it.</returns>
    public bool TryPut(byte[] array)
    {
        int size = BitOperations.Log2((uint)array.Length) - LeastBits;
        if ((uint)size >= Sizes || array.Length != 1 << (size + LeastBits) || _counts[size] == _arrays[size].Length)
            return false;

        _arrays[size][_counts[size]++] = array;
        return true;
    }
}

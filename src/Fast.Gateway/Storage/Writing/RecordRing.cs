using System.Numerics;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;

namespace Fast.Gateway.Storage.Writing;

/// <summary>
/// Records that wait for the disk, in memory of a fixed size: many threads add, one takes. Each cell counts the turns of the ring
/// (D. Vyukov's bounded queue), so nobody waits for anybody and nothing is allocated. A record that is read keeps its cell until it is
/// released, because the disk may yet refuse it.
/// </summary>
internal sealed class RecordRing
{
    private readonly Cell[] _cells;
    private long _tail;
    private long _head;

    /// <param name="capacity">Records that fit; rounded up to a power of two.</param>
    public RecordRing(int capacity)
    {
        _cells = new Cell[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        for (int i = 0; i < _cells.Length; i++)
            _cells[i].Turn = i;
    }

    /// <summary>Whether so many wait that they should not wait for more. Any thread; a moment late, maybe.</summary>
    public bool IsHalfFull => Volatile.Read(ref _tail) - Volatile.Read(ref _head) >= _cells.Length / 2;

    /// <summary>Adds a record. Any thread.</summary>
    /// <returns>False when the ring is full.</returns>
    public bool TryAdd(in LedgerRecord record)
    {
        while (true)
        {
            long tail = Volatile.Read(ref _tail);
            ref Cell cell = ref At(tail);
            long ahead = Volatile.Read(ref cell.Turn) - tail;
            if (ahead < 0)
                return false;
            if (ahead > 0 || Interlocked.CompareExchange(ref _tail, tail + 1, tail) != tail)
                continue;

            cell.Record = record;
            Volatile.Write(ref cell.Turn, tail + 1);
            return true;
        }
    }

    /// <summary>How many records can be read now. The writer's thread.</summary>
    public int Count()
    {
        int count = 0;
        while (count < _cells.Length && Volatile.Read(ref At(_head + count).Turn) == _head + count + 1)
            count++;
        return count;
    }

    /// <summary>One of the records that <see cref="Count"/> told of, the oldest first. The writer's thread.</summary>
    public ref readonly LedgerRecord Read(int index) => ref At(_head + index).Record;

    /// <summary>Frees the cells of the oldest records. The writer's thread.</summary>
    public void Release(int count)
    {
        for (; count > 0; count--, _head++)
        {
            ref Cell cell = ref At(_head);
            cell.Record = default;
            Volatile.Write(ref cell.Turn, _head + _cells.Length);
        }
    }

    private ref Cell At(long position) => ref _cells[position & (_cells.Length - 1)];

    private struct Cell
    {
        public long Turn;
        public LedgerRecord Record;
    }
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Threading;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Wire.Text;

namespace Fast.Proxy.Policies.Runs;

/// <summary>
/// The runs of one key, found by the bytes of their names. Their number is bounded: when there are too many, the ones that were idle longest
/// are forgotten; what they used up stays in the ledger and comes back with their name (<see cref="RunRecall"/>).
/// </summary>
/// <param name="key">The key's name.</param>
public sealed class RunTable(string key)
{
    /// <summary>Longest name of a run, in bytes. A longer one is refused.</summary>
    public const int IdBytesMax = 200;

    /// <summary>How many runs are looked at to find one that can be forgotten.</summary>
    private const int LooksMax = 64;

    /// <summary>How many more runs than the operator says there may be, where those that could be forgotten have yet to be written down.</summary>
    internal const int UnwrittenMax = 4096;

    private readonly ConcurrentDictionary<byte[], RunState> _runs = new(ByteNameComparer.Instance);
    private readonly ConcurrentQueue<KeyValuePair<byte[], RunState>> _order = new();
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds a run by its name.</summary>
    public bool TryFind(ReadOnlySpan<byte> id, [NotNullWhen(true)] out RunState? run) =>
        _runs.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out run);

    /// <summary>The name of a run's account.</summary>
    public string PathOf(string id) => AccountNames.PathOf(AccountKind.Run, $"{key}/{id}");

    /// <summary>Makes a run, or finds the one that somebody else has just made.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="parent">The run it is a part of.</param>
    /// <param name="template">What it may use up.</param>
    /// <param name="bounds">How many there may be.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="stored">What the ledger has of it.</param>
    /// <param name="mayLose">Whether the disk fails, so that another may have to be forgotten before it is written down.</param>
    /// <returns>Null when there are too many and all are in use, or when the parent was forgotten at this very moment.</returns>
    internal RunState? Make(
        ReadOnlySpan<byte> id, RunState? parent, RunTemplate template, RunBounds bounds, long now, StoredRun? stored = null, bool mayLose = false)
    {
        if (parent is not null && !parent.TryAdopt())
            return null;

        if (!TryTakePlace(bounds.CountMax, MakeRoom(bounds, now, mayLose)))
        {
            parent?.Disown();
            return null;
        }

        byte[] name = id.ToArray();
        RunState made = new(key, Encoding.UTF8.GetString(id), parent, template, now, stored);
        RunState kept = _runs.GetOrAdd(name, made);
        if (ReferenceEquals(kept, made))
        {
            _order.Enqueue(new(name, made));
            return made;
        }

        Interlocked.Decrement(ref _count);
        parent?.Disown();
        return kept;
    }

    private bool TryTakePlace(int countMax, bool mayExceed)
    {
        while (true)
        {
            int count = Count;
            if (count >= countMax && (!mayExceed || count >= countMax + UnwrittenMax))
                return false;
            if (Interlocked.CompareExchange(ref _count, count + 1, count) == count)
                return true;
        }
    }

    /// <summary>
    /// Forgets runs from the oldest on: those that were idle too long, and when the table is full, any that is idle. One that is in use, or was
    /// not idle long enough, goes to the end of the queue.
    /// </summary>
    /// <returns>Whether the table may be fuller than it should be: it has runs that go as soon as they are written down, or is getting rid of them.</returns>
    private bool MakeRoom(RunBounds bounds, long now, bool mayLose)
    {
        bool exceeds = Count > bounds.CountMax;
        bool mayExceed = false;
        for (int looks = 0; looks < LooksMax && _order.TryPeek(out KeyValuePair<byte[], RunState> oldest); looks++)
        {
            bool full = Count >= bounds.CountMax;
            bool idle = now - oldest.Value.LastUsedAt > bounds.IdleMs;
            if ((!full && !idle) || !_order.TryDequeue(out oldest))
                break;

            if ((full || now - oldest.Value.LastUsedAt > bounds.IdleMs) && oldest.Value.TryEvict(unwritten: full && mayLose))
            {
                mayExceed |= exceeds;
                Forget(oldest);
                continue;
            }

            mayExceed |= full && oldest.Value.IsUnwritten;
            _order.Enqueue(oldest);
        }

        return mayExceed;
    }

    private void Forget(KeyValuePair<byte[], RunState> run)
    {
        _runs.TryRemove(run);
        Interlocked.Decrement(ref _count);
        run.Value.Parent?.Disown();
    }
}

/// <summary>How many runs of a key are kept, and how long.</summary>
/// <param name="CountMax">Most runs.</param>
/// <param name="IdleMs">A run that was not used for so many milliseconds is forgotten when another is made.</param>
public sealed record RunBounds(int CountMax, long IdleMs)
{
    /// <summary>What holds when the operator says nothing.</summary>
    public static RunBounds Default { get; } = new(10_000, 24 * 3_600_000L);
}

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>
/// How often each call was made in one run. Agents send all that happened again with each request, so that two things are counted
/// apart: in how many answers a call was seen, and how often the longest history that was seen tells of it. The larger is the count.
/// <para>
/// A history that grows, or comes twice, therefore counts once; what a compacted history has forgotten stays counted by the answers;
/// what was in no answer, because the conversation began elsewhere, is counted by the history. A history of which neither is known is
/// short by what it has forgotten. A call in each of two answers counts twice, also when the two answer the same request.
/// </para>
/// A child run has a counter of its own. Each of several calls that take turns reaches the count by itself.
/// <para>
/// The hashes are made under a key of the counter's own, so that they tell nothing of other runs. What is kept of them outlives the process with
/// the run.
/// </para>
/// </summary>
internal sealed class RepeatCounter
{
    /// <summary>
    /// Most different calls that are remembered. Each has a few places it may stand in; when they are taken, the call with the lowest
    /// count gives way, of several the one that was seen longest ago.
    /// </summary>
    public const int RepeatKindsMax = 256;

    /// <summary>Most calls that are kept with the run: those with the highest counts, of several the ones that were seen last.</summary>
    public const int StoredCallsMax = 32;

    /// <summary>Most bytes that is.</summary>
    public const int StoredBytesMax = KeyBytes + (StoredCallsMax * CallBytes);

    private const int Places = 8;
    private const int KeyBytes = 16;
    private const int CallBytes = KeyBytes + sizeof(int) + sizeof(int);

    private Entry[]? _entries;
    private int _guard;
    private uint _clock;

    /// <param name="stored">What was kept of it; what is none is taken for nothing.</param>
    public RepeatCounter(ReadOnlySpan<byte> stored = default)
    {
        if (stored.Length is > KeyBytes and <= StoredBytesMax && (stored.Length - KeyBytes) % CallBytes == 0)
        {
            Key = BinaryPrimitives.ReadUInt128LittleEndian(stored);
            Restore(stored[KeyBytes..]);
            return;
        }

        UInt128 key = 0;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<UInt128>(ref key)));
        Key = key;
    }

    /// <summary>The key of its hashes.</summary>
    public UInt128 Key { get; }

    /// <summary>Writes what is to be kept.</summary>
    /// <param name="destination">At least <see cref="StoredBytesMax"/>.</param>
    /// <returns>Bytes written; 0 when there was no call.</returns>
    public int Save(Span<byte> destination)
    {
        Span<Entry> best = stackalloc Entry[StoredCallsMax];
        int count = 0;
        Enter();
        foreach (ref readonly Entry entry in _entries.AsSpan())
        {
            if (entry.Count == 0 || (count == best.Length && !entry.IsBefore(best[^1])))
                continue;

            int at = count < best.Length ? count++ : count - 1;
            for (; at > 0 && entry.IsBefore(best[at - 1]); at--)
                best[at] = best[at - 1];
            best[at] = entry;
        }

        Leave();
        if (count == 0)
            return 0;

        BinaryPrimitives.WriteUInt128LittleEndian(destination, Key);
        for (int i = 0; i < count; i++)
        {
            Span<byte> call = destination.Slice(KeyBytes + (i * CallBytes), CallBytes);
            BinaryPrimitives.WriteUInt128LittleEndian(call, best[i].Call);
            BinaryPrimitives.WriteInt32LittleEndian(call[KeyBytes..], best[i].Answered);
            BinaryPrimitives.WriteInt32LittleEndian(call[(KeyBytes + sizeof(int))..], best[i].Told);
        }

        return KeyBytes + (count * CallBytes);
    }

    /// <summary>Counts what a request's history tells.</summary>
    /// <param name="history">The hashes of all its calls; left in another order.</param>
    /// <returns>The highest count among these calls.</returns>
    public RepeatCount Observe(Span<UInt128> history)
    {
        if (history.IsEmpty)
            return default;

        history.Sort();
        RepeatCount highest = default;
        Enter();
        _clock++;
        int begin = 0;
        for (int i = 1; i <= history.Length; i++)
        {
            if (i < history.Length && history[i] == history[begin])
                continue;

            ref Entry entry = ref Find(history[begin]);
            entry.Told = Math.Max(entry.Told, i - begin);
            highest = entry.Count > highest.Count ? new RepeatCount(entry.Call, entry.Count) : highest;
            begin = i;
        }

        Leave();
        return highest;
    }

    /// <summary>Counts a call in an answer. To be told once for each call, before the caller can have it.</summary>
    /// <returns>That call's count.</returns>
    public RepeatCount Note(UInt128 call)
    {
        Enter();
        _clock++;
        ref Entry entry = ref Find(call);
        entry.Answered++;
        RepeatCount count = new(call, entry.Count);
        Leave();
        return count;
    }

    /// <summary>The last was seen longest ago.</summary>
    private void Restore(ReadOnlySpan<byte> calls)
    {
        for (; !calls.IsEmpty; calls = calls[..^CallBytes])
        {
            ReadOnlySpan<byte> call = calls[^CallBytes..];
            _clock++;
            ref Entry entry = ref Find(BinaryPrimitives.ReadUInt128LittleEndian(call));
            entry.Answered = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(call[KeyBytes..]));
            entry.Told = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(call[(KeyBytes + sizeof(int))..]));
        }
    }

    /// <summary>The place of a call, which is given to it if it has none.</summary>
    private ref Entry Find(UInt128 call)
    {
        _entries ??= new Entry[RepeatKindsMax];
        int first = (int)((ulong)call % (RepeatKindsMax / Places)) * Places;
        int place = first;
        for (int i = first; i < first + Places; i++)
        {
            ref Entry one = ref _entries[i];
            if (one.Call == call && one.Count > 0)
            {
                one.Seen = _clock;
                return ref one;
            }

            ref Entry weakest = ref _entries[place];
            if (one.Count < weakest.Count || (one.Count == weakest.Count && one.Seen < weakest.Seen))
                place = i;
        }

        _entries[place] = new Entry { Call = call, Seen = _clock };
        return ref _entries[place];
    }

    private void Enter()
    {
        // Held for microseconds by the few requests of one run; a spin that never puts the thread to sleep.
        SpinWait spin = default;
        while (Interlocked.CompareExchange(ref _guard, 1, 0) != 0)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private void Leave() => Volatile.Write(ref _guard, 0);

    private struct Entry
    {
        public UInt128 Call;
        public int Answered;
        public int Told;
        public uint Seen;

        public readonly int Count => Math.Max(Answered, Told);

        public readonly bool IsBefore(in Entry other) => Count > other.Count || (Count == other.Count && Seen > other.Seen);
    }
}

/// <summary>How often a call was made.</summary>
/// <param name="Call">Its hash.</param>
/// <param name="Count">How often; 0 when there was no call.</param>
internal readonly record struct RepeatCount(UInt128 Call, int Count);

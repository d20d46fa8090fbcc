using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Security.Cryptography;

namespace Fast.Proxy.Snapshots;

/// <summary>
/// From a presented key to its policy. Fast keeps SHA-256 hashes only, so neither a memory dump nor the time of a comparison
/// gives a key away; a lookup allocates nothing.
/// </summary>
public sealed class KeyTable
{
    /// <summary>Longest key looked at, in bytes. A longer one is unknown.</summary>
    public const int KeyBytesMax = 4 * 1024;

    private readonly Slot[] _slots;
    private readonly int _mask;

    /// <param name="rows">SHA-256 of each key (32 bytes) and its policy. Hashes are distinct; the compiler has seen to it.</param>
    public KeyTable(IReadOnlyList<KeyValuePair<byte[], KeySnapshot>> rows)
    {
        Count = rows.Count;
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, rows.Count * 2))];
        _mask = _slots.Length - 1;
        foreach (KeyValuePair<byte[], KeySnapshot> row in rows)
        {
            int at = First(row.Key);
            while (_slots[at].Hash is not null)
                at = (at + 1) & _mask;
            _slots[at] = new Slot(row.Key, row.Value);
        }
    }

    /// <summary>How many keys there are.</summary>
    public int Count { get; }

    /// <summary>Looks a presented key up; null when it is not known.</summary>
    public KeySnapshot? Find(ReadOnlySpan<byte> key)
    {
        if (key.Length > KeyBytesMax)
            return null;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        for (int at = First(hash); _slots[at].Hash is { } other; at = (at + 1) & _mask)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, other))
                return _slots[at].Key;
        }

        return null;
    }

    /// <summary>Finds a key's policy by the operator's name for it; null when none is called so. Goes through all of them.</summary>
    public KeySnapshot? Named(string name)
    {
        foreach (Slot slot in _slots)
        {
            if (slot.Hash is not null && slot.Key.Name == name)
                return slot.Key;
        }

        return null;
    }

    private int First(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt32LittleEndian(hash) & _mask;

    private readonly record struct Slot(byte[]? Hash, KeySnapshot Key);
}

using System;
using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Fast.Wire.Text;

/// <summary>
/// An immutable table from names to values that is asked with bytes: no string is made of what a caller sent. Built once per
/// snapshot from names that the operator chose, so nobody outside can make its names collide.
/// </summary>
/// <typeparam name="T">What a name stands for.</typeparam>
public sealed class NameTable<T>
    where T : class
{
    private readonly Slot[] _slots;
    private readonly int _mask;
    private readonly T[] _values;

    /// <summary>Builds the table; of two equal names the later one wins.</summary>
    public NameTable(IReadOnlyList<KeyValuePair<string, T>> rows)
    {
        // At most half full, so that a search ends after a step or two.
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, rows.Count * 2))];
        _mask = _slots.Length - 1;
        _values = new T[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(rows[i].Key);
            _slots[IndexOf(name)] = new Slot(name, rows[i].Value);
            _values[i] = rows[i].Value;
        }
    }

    /// <summary>The values, in the order of the rows.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>Looks a name up; null when there is none.</summary>
    public T? Find(ReadOnlySpan<byte> name) => _slots[IndexOf(name)].Value;

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        int at = Hash(name) & _mask;
        while (_slots[at].Name is { } other && !name.SequenceEqual(other))
            at = (at + 1) & _mask;
        return at;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        // FNV-1a by words: names are short and share prefixes, so every byte counts.
        ulong hash = 14695981039346656037 ^ (uint)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            // Safety: the loop's condition; Read checks the length as well.
            hash = (hash ^ MemoryMarshal.Read<ulong>(name)) * 1099511628211;
            hash ^= hash >> 32;
            name = name[sizeof(ulong)..];
        }

        foreach (byte one in name)
            hash = (hash ^ one) * 1099511628211;
        return (int)(hash ^ (hash >> 32));
    }

    private readonly record struct Slot(byte[]? Name, T? Value);
}

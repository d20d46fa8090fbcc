using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012, and their reference implementation): whoever does not know the key cannot
/// make two texts that collide.
/// </summary>
internal struct SipHash
{
    private ulong _v0;
    private ulong _v1;
    private ulong _v2;
    private ulong _v3;
    private ulong _tail;
    private ulong _length;

    public SipHash(UInt128 key)
    {
        ulong low = (ulong)key;
        ulong high = (ulong)(key >> 64);
        _v0 = low ^ 0x736f6d6570736575;
        _v1 = high ^ 0x646f72616e646f6d ^ 0xee;
        _v2 = low ^ 0x6c7967656e657261;
        _v3 = high ^ 0x7465646279746573;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (_length % sizeof(ulong) != 0 && !bytes.IsEmpty)
        {
            Add(bytes[0]);
            bytes = bytes[1..];
        }

        while (bytes.Length >= sizeof(ulong))
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            _length += sizeof(ulong);
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
            Add(one);
    }

    public void Add(byte one)
    {
        _tail |= (ulong)one << (int)(_length++ % sizeof(ulong) * 8);
        if (_length % sizeof(ulong) != 0)
            return;

        Mix(_tail);
        _tail = 0;
    }

    public void Add(ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        Add(bytes);
    }

    public void Add(UInt128 number)
    {
        Add((ulong)number);
        Add((ulong)(number >> 64));
    }

    /// <summary>The hash of all that was added; its low half is what the reference implementation writes first.</summary>
    public UInt128 Finish()
    {
        Mix((_length << 56) | _tail);
        _v2 ^= 0xee;
        ulong low = Last();
        _v1 ^= 0xdd;
        return new UInt128(Last(), low);
    }

    private ulong Last()
    {
        Round();
        Round();
        Round();
        Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    private void Mix(ulong word)
    {
        _v3 ^= word;
        Round();
        Round();
        _v0 ^= word;
    }

    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}

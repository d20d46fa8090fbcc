using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fast.Wire.Json;

/// <summary>
/// Passes over the inside of a text of JSON sixty-four bytes at a time, with one bit for each of them: what is escaped is found by arithmetic
/// on the bits of the backslashes, and only escaped bytes are looked at one by one.
/// </summary>
internal static class TextBlocks
{
    /// <summary>Bytes of a block.</summary>
    public const int Bytes = 64;

    private const byte LastControl = 0x1F;
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    /// <summary>Passes whole blocks, up to the quote that ends the text.</summary>
    /// <param name="json">All of it.</param>
    /// <param name="at">Where to begin: inside the text, at a byte that is not escaped.</param>
    /// <param name="end">Where the quote is, or, without one, where less than a block is left, at a byte that is not escaped.</param>
    /// <returns>False when a control character or something that is no escape stands before that.</returns>
    public static bool TryPass(ReadOnlySpan<byte> json, int at, out int end)
    {
        // Whether the first byte of the block is escaped by the last one of the block before.
        ulong carry = 0;
        ref byte first = ref MemoryMarshal.GetReference(json);
        for (; at <= json.Length - Bytes; at += Bytes)
        {
            Block block = new(ref Unsafe.Add(ref first, at));
            ulong escaped = EscapedBy(block.Backslashes, ref carry);
            ulong ends = block.Quotes & ~escaped;
            ulong inside = ~ends & (ends - 1);
            if ((block.Controls & inside) != 0 || !AreEscapes(json, at, escaped & inside))
            {
                end = at;
                return false;
            }

            if (ends != 0)
            {
                end = at + BitOperations.TrailingZeroCount(ends);
                return true;
            }
        }

        end = at - (int)carry;
        return true;
    }

    /// <summary>
    /// Which bytes are escaped: those behind a run of backslashes of odd length, and every second one in a run. Subtracting the beginnings of the
    /// runs from the odd places lets the borrow run along each of them and say where it stops.
    /// </summary>
    private static ulong EscapedBy(ulong backslashes, ref ulong carry)
    {
        ulong before = carry;
        carry = 0;
        if (backslashes == 0)
            return before;

        // A backslash that is escaped itself begins nothing.
        ulong beginnings = backslashes & ~before;
        ulong runs = (((beginnings << 1) | OddBits) - beginnings) ^ OddBits;
        carry = (runs & backslashes) >> (Bytes - 1);
        return runs ^ (backslashes | before);
    }

    private static bool AreEscapes(ReadOnlySpan<byte> json, int at, ulong escaped)
    {
        for (; escaped != 0; escaped &= escaped - 1)
        {
            if (JsonEscape.BytesOf(json[(at + BitOperations.TrailingZeroCount(escaped))..]) == 0)
                return false;
        }

        return true;
    }

    /// <summary>A bit for each byte of a block.</summary>
    private readonly ref struct Block
    {
        public readonly ulong Quotes;
        public readonly ulong Backslashes;
        public readonly ulong Controls;

        public Block(ref byte first)
        {
            Vector128<byte> a = Vector128.LoadUnsafe(ref first);
            Vector128<byte> b = Vector128.LoadUnsafe(ref first, 16);
            Vector128<byte> c = Vector128.LoadUnsafe(ref first, 32);
            Vector128<byte> d = Vector128.LoadUnsafe(ref first, 48);
            Quotes = BitsOf(Vector128.Equals(a, Quote), Vector128.Equals(b, Quote), Vector128.Equals(c, Quote), Vector128.Equals(d, Quote));
            Backslashes = BitsOf(
                Vector128.Equals(a, Backslash), Vector128.Equals(b, Backslash), Vector128.Equals(c, Backslash), Vector128.Equals(d, Backslash));
            Vector128<byte> least = Vector128.Min(Vector128.Min(a, b), Vector128.Min(c, d));
            if (Vector128.LessThanOrEqualAny(least, Control))
                Controls = BitsOf(
                    Vector128.LessThanOrEqual(a, Control), Vector128.LessThanOrEqual(b, Control),
                    Vector128.LessThanOrEqual(c, Control), Vector128.LessThanOrEqual(d, Control));
        }

        private static Vector128<byte> Quote => Vector128.Create((byte)'"');

        private static Vector128<byte> Backslash => Vector128.Create((byte)'\\');

        private static Vector128<byte> Control => Vector128.Create(LastControl);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong BitsOf(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) =>
            a.ExtractMostSignificantBits() | ((ulong)b.ExtractMostSignificantBits() << 16)
            | ((ulong)c.ExtractMostSignificantBits() << 32) | ((ulong)d.ExtractMostSignificantBits() << 48);
    }
}

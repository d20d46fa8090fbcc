using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fast.Wire.Json;

/// <summary>
/// Passes over the inside of a text of JSON sixty-four bytes at a time, with one bit for each of them: what is escaped is found by arithmetic
/// on the bits of the backslashes, and whether that makes escapes by arithmetic on the bits of what may stand there. Where escapes stand nobody
/// can foretell: a branch for each would cost more than all of it.
/// </summary>
internal static class TextBlocks
{
    /// <summary>Bytes of a block.</summary>
    public const int Bytes = 64;

    private const byte LastControl = 0x1F;
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    // Sets of ASCII: by the low half of a byte which high halves it may have, as bits; and the bit of each high half.
    private static Vector128<byte> HighHalves => Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, (byte)0);

    private static Vector128<byte> PlainEscapes => Vector128.Create(0, 0, 196, 0, 128, 0, 64, 0, 0, 0, 0, 0, 32, 0, 64, (byte)4);

    private static Vector128<byte> HexDigits => Vector128.Create(8, 88, 88, 88, 88, 88, 88, 8, 8, 8, 0, 0, 0, 0, 0, (byte)0);

    /// <summary>Passes whole blocks, up to the quote that ends the text.</summary>
    /// <param name="json">All of it.</param>
    /// <param name="at">Where to begin: inside the text, at a byte that is not escaped.</param>
    /// <param name="end">Where the quote is, or, without one, where less than a block is left, at a byte that is not escaped.</param>
    /// <param name="spellsLetters">Set when there is an escape that <see cref="JsonEscape.MaySpellLetter"/>.</param>
    /// <returns>False when a control character or something that is no escape stands before that.</returns>
    public static bool TryPass(ReadOnlySpan<byte> json, int at, out int end, ref bool spellsLetters)
    {
        // From the block before: whether its last byte escapes the first one, and which of the first ones have to be digits of its last escape.
        ulong carry = 0;
        ulong owed = 0;
        ulong doubtful = 0;
        ref byte first = ref MemoryMarshal.GetReference(json);
        for (; at <= json.Length - Bytes; at += Bytes)
        {
            // Locals and inlined methods: a struct of them would be copied about in memory.
            Vector128<byte> a = Vector128.LoadUnsafe(ref first, (nuint)at);
            Vector128<byte> b = Vector128.LoadUnsafe(ref first, (nuint)at + 16);
            Vector128<byte> c = Vector128.LoadUnsafe(ref first, (nuint)at + 32);
            Vector128<byte> d = Vector128.LoadUnsafe(ref first, (nuint)at + 48);
            ulong escaped = EscapedBy(BitsOf(a, b, c, d, (byte)'\\'), ref carry);
            ulong ends = BitsOf(a, b, c, d, (byte)'"') & ~escaped;
            ulong inside = ~ends & (ends - 1);
            escaped &= inside;
            if ((Controls(a, b, c, d) & inside) != 0 || ((escaped | owed) != 0 && !AreEscapes(a, b, c, d, escaped, ref owed, out doubtful)))
            {
                end = at;
                return false;
            }

            for (; doubtful != 0; doubtful &= doubtful - 1)
                spellsLetters |= JsonEscape.MaySpellLetter(json[(at + BitOperations.TrailingZeroCount(doubtful) + 1)..]);

            if (ends != 0)
            {
                end = at + BitOperations.TrailingZeroCount(ends);
                return true;
            }
        }

        // An escape that is not whole is looked at again, from its backslash on.
        end = (carry | owed) == 0 ? at : json[..at].LastIndexOf((byte)'\\');
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

    /// <summary>
    /// Whether escaped bytes make escapes, and what is owed to the block before is there. Doubtful is where a <c>u</c> stands of which the digits have
    /// to be looked at one by one, because they may spell a letter.
    /// </summary>
    private static bool AreEscapes(
        Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d, ulong escaped, ref ulong owed, out ulong doubtful)
    {
        doubtful = 0;
        ulong unicode = escaped & BitsOf(a, b, c, d, (byte)'u');
        if (((escaped ^ unicode) & OutsideOf(a, b, c, d, PlainEscapes)) != 0)
            return false;
        if ((unicode | owed) == 0)
            return true;

        ulong digits = (unicode << 1) | (unicode << 2) | (unicode << 3) | (unicode << 4) | owed;
        owed = (unicode >> 63) | (unicode >> 62) | (unicode >> 61) | (unicode >> 60);

        // A letter of ASCII is 0041 to 007A; the two others have a 1 in the second place; and some digits are in the next block.
        ulong zeros = BitsOf(a, b, c, d, (byte)'0');
        ulong fourToSeven = BitsOf(a & Vector128.Create((byte)0xFC), b & Vector128.Create((byte)0xFC), c & Vector128.Create((byte)0xFC), d & Vector128.Create((byte)0xFC), (byte)'4');
        doubtful = unicode & (((zeros >> 1) & (zeros >> 2) & (fourToSeven >> 3)) | (BitsOf(a, b, c, d, (byte)'1') >> 2) | (0xFUL << (Bytes - 4)));
        return (digits & OutsideOf(a, b, c, d, HexDigits)) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Controls(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d)
    {
        Vector128<byte> last = Vector128.Create(LastControl);
        Vector128<byte> least = Vector128.Min(Vector128.Min(a, b), Vector128.Min(c, d));
        return Vector128.Equals(Vector128.Min(least, last), least) == default ? 0 : BitsOf(
            Vector128.LessThanOrEqual(a, last), Vector128.LessThanOrEqual(b, last), Vector128.LessThanOrEqual(c, last), Vector128.LessThanOrEqual(d, last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitsOf(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d, byte one)
    {
        Vector128<byte> all = Vector128.Create(one);
        return BitsOf(Vector128.Equals(a, all), Vector128.Equals(b, all), Vector128.Equals(c, all), Vector128.Equals(d, all));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong OutsideOf(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d, Vector128<byte> set) =>
        BitsOf(Outside(a, set), Outside(b, set), Outside(c, set), Outside(d, set));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Outside(Vector128<byte> bytes, Vector128<byte> set)
    {
        Vector128<byte> half = Vector128.Create((byte)0xF);
        Vector128<byte> high = Vector128.Shuffle(HighHalves, (bytes.AsUInt16() >> 4).AsByte() & half);
        return Vector128.Equals(Vector128.Shuffle(set, bytes & half) & high, Vector128<byte>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitsOf(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) =>
        a.ExtractMostSignificantBits() | ((ulong)b.ExtractMostSignificantBits() << 16)
        | ((ulong)c.ExtractMostSignificantBits() << 32) | ((ulong)d.ExtractMostSignificantBits() << 48);
}

using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading;
using Fast.Wire.Text;

namespace Fast.Proxy.Exchanges;

/// <summary>
/// The name of one exchange: 32 hex digits, unique without asking anyone. The first half is drawn at the start of the process, the
/// second is a counter, scrambled so that neighbours do not look alike.
/// </summary>
public readonly record struct RequestId(ulong High, ulong Low)
{
    /// <summary>Bytes of the written form.</summary>
    public const int Bytes = 32;

    private static readonly ulong s_high = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private static long s_count;

    /// <summary>A name that nothing else has.</summary>
    public static RequestId Next() => new(s_high, Scramble((ulong)Interlocked.Increment(ref s_count)));

    /// <summary>Writes the 32 digits.</summary>
    public void Write(Span<byte> destination)
    {
        Digits.WriteHex(High, destination);
        Digits.WriteHex(Low, destination[16..]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>The finaliser of SplitMix64: a bijection, so distinct counts stay distinct.</summary>
    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

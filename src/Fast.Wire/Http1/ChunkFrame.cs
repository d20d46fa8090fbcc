using System;

namespace Fast.Wire.Http1;

/// <summary>
/// The frame around one chunk that Fast writes. Its size line has a fixed width, so that payload can be read from the upstream
/// straight behind it, into the memory that goes to the caller; leading zeros are allowed (RFC 9112 7.1: 1*HEXDIG).
/// </summary>
public static class ChunkFrame
{
    /// <summary>Bytes before the payload: four hex digits and CRLF.</summary>
    public const int PrefixBytes = 6;

    /// <summary>Bytes behind the payload: CRLF.</summary>
    public const int SuffixBytes = 2;

    /// <summary>Most payload that one frame can announce.</summary>
    public const int PayloadBytesMax = 0xFFFF;

    /// <summary>The chunk that ends a body, without trailers.</summary>
    public static ReadOnlySpan<byte> Last => "0\r\n\r\n"u8;

    /// <summary>Writes the frame around payload that already stands at <see cref="PrefixBytes"/> in <paramref name="window"/>.</summary>
    /// <returns>Bytes of the whole chunk.</returns>
    public static int Close(Span<byte> window, int payloadBytes)
    {
        for (int digit = 3, rest = payloadBytes; digit >= 0; digit--, rest >>= 4)
            window[digit] = "0123456789abcdef"u8[rest & 0xF];

        window[4] = (byte)'\r';
        window[5] = (byte)'\n';
        window[PrefixBytes + payloadBytes] = (byte)'\r';
        window[PrefixBytes + payloadBytes + 1] = (byte)'\n';
        return PrefixBytes + payloadBytes + SuffixBytes;
    }
}

using System;

namespace Fast.Wire.Http1;

/// <summary>
/// Takes the payload out of a chunked body (RFC 9112 7.1), piece by piece. Extensions and trailers are read and ignored;
/// both are limited. Lines end in CRLF and nothing else.
/// </summary>
public struct ChunkDecoder
{
    /// <summary>Longest chunk-size line, extensions included. At the limit the body is malformed.</summary>
    public const int SizeLineBytesMax = 256;

    /// <summary>Most bytes of trailer fields. At the limit the body is malformed.</summary>
    public const int TrailerBytesMax = 8 * 1024;

    /// <summary>Largest size one chunk may announce: 60 bits, far beyond any body limit, so that adding never overflows.</summary>
    private const int SizeDigitsMax = 15;

    private Place _place;
    private long _left;
    private int _digits;
    private int _lineBytes;
    private int _trailerBytes;

    private enum Place : byte
    {
        Size, Padding, Extension, SizeFeed, Payload, PayloadReturn, PayloadFeed, TrailerStart, Trailer, TrailerFeed, LastFeed, Done, Broken,
    }

    /// <summary>
    /// Consumes from the front of <paramref name="input"/> until payload, the end or the input's end is reached.
    /// </summary>
    /// <param name="input">The bytes at hand; what was consumed is cut off its front.</param>
    /// <param name="payload">The payload found, a part of the input, when the answer is <see cref="ChunkStep.Payload"/>.</param>
    public ChunkStep Step(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        payload = [];
        while (!input.IsEmpty)
        {
            if (_place == Place.Payload)
                return TakePayload(ref input, out payload);
            if (_place is Place.Done or Place.Broken)
                break;

            byte next = input[0];
            input = input[1..];
            _place = _place <= Place.SizeFeed ? InSizeLine(next) : BehindPayload(next);
            if (_place is Place.Done or Place.Broken)
                break;
        }

        return _place switch
        {
            Place.Done => ChunkStep.End,
            Place.Broken => ChunkStep.Malformed,
            _ => ChunkStep.NeedMoreBytes,
        };
    }

    private ChunkStep TakePayload(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        int take = (int)Math.Min(_left, input.Length);
        payload = input[..take];
        input = input[take..];
        _left -= take;
        if (_left == 0)
            _place = Place.PayloadReturn;
        return ChunkStep.Payload;
    }

    private Place InSizeLine(byte next)
    {
        if (++_lineBytes > SizeLineBytesMax)
            return Place.Broken;

        switch (_place)
        {
            case Place.Size when HexValue(next) is >= 0 and int digit:
                _left = (_left << 4) | (uint)digit;
                return ++_digits > SizeDigitsMax ? Place.Broken : Place.Size;
            case Place.Size when _digits == 0:
                return Place.Broken;
            case Place.Size or Place.Extension when next == (byte)'\r':
                return Place.SizeFeed;
            case Place.Size or Place.Padding when next == (byte)';':
                return Place.Extension;
            case Place.Size or Place.Padding when next is (byte)' ' or (byte)'\t':
                // White space before an extension has to be taken (RFC 9112 7.1.1); before the line's end nobody allows it.
                return Place.Padding;
            case Place.Extension when next is >= 0x20 and not 0x7F or (byte)'\t':
                return Place.Extension;
            case Place.SizeFeed when next == (byte)'\n':
                return BeginChunk();
            default:
                return Place.Broken;
        }
    }

    private Place BeginChunk()
    {
        _digits = 0;
        _lineBytes = 0;
        return _left == 0 ? Place.TrailerStart : Place.Payload;
    }

    private Place BehindPayload(byte next)
    {
        if (_place >= Place.TrailerStart && ++_trailerBytes > TrailerBytesMax)
            return Place.Broken;

        switch (_place)
        {
            case Place.PayloadReturn:
                return next == (byte)'\r' ? Place.PayloadFeed : Place.Broken;
            case Place.PayloadFeed:
                return next == (byte)'\n' ? Place.Size : Place.Broken;
            case Place.TrailerStart when next == (byte)'\r':
                return Place.LastFeed;
            case Place.TrailerStart or Place.Trailer:
                return InTrailer(next);
            case Place.TrailerFeed:
                return next == (byte)'\n' ? Place.TrailerStart : Place.Broken;
            default:
                return next == (byte)'\n' ? Place.Done : Place.Broken;
        }
    }

    private static Place InTrailer(byte next) => next switch
    {
        (byte)'\r' => Place.TrailerFeed,
        (byte)'\n' => Place.Broken,
        _ => Place.Trailer,
    };

    private static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}

/// <summary>What one step of a <see cref="ChunkDecoder"/> brought.</summary>
public enum ChunkStep
{
    /// <summary>The input is used up; bring more.</summary>
    NeedMoreBytes,

    /// <summary>Payload bytes were found.</summary>
    Payload,

    /// <summary>The last chunk and the trailers are behind us; what follows is the next message.</summary>
    End,

    /// <summary>The framing is broken, or a limit was passed. The connection cannot be used any more.</summary>
    Malformed,
}

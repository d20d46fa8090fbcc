using System;
using System.Buffers;

namespace Fast.Wire.Json;

/// <summary>
/// Follows one JSON object as its bytes pass by, whatever the cuts between them, and copies the value of one of its members. It holds none of
/// the rest and checks none of it: text that is no JSON object is followed to some end, and nothing or something of it is found.
/// </summary>
public struct MemberCapture
{
    /// <summary>Deepest nesting followed. Behind deeper ones nothing is found.</summary>
    public const int DepthMax = 256;

    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> s_scalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    private ReadOnlyMemory<byte> _name;
    private Place _place;
    private int _depth;
    private int _matched;
    private int _escape;
    private int _unit;
    private int _from;
    private int _length;
    private bool _isNamed;
    private bool _isTaking;
    private bool _oddBackslashes;

    private enum Place : byte
    {
        Before,
        Member,
        Name,
        OtherName,
        Colon,
        Value,
        Text,
        Scalar,
        Nested,
        AfterValue,
        Behind,
    }

    /// <summary>Whether the member has passed to its end; of several the last counts.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Whether the member was longer than the place for it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Bytes of the value that was found, as it stood in the text; 0 when none was found or it <see cref="IsTooLong"/>.</summary>
    public readonly int Length => IsFound ? _length : 0;

    /// <summary>Starts over, for another object.</summary>
    /// <param name="name">The member's name, ASCII without escapes.</param>
    public void Begin(ReadOnlyMemory<byte> name)
    {
        this = default;
        _name = name;
    }

    /// <summary>Lets the next bytes of the object pass by.</summary>
    /// <param name="bytes">The next bytes, any number of them.</param>
    /// <param name="store">Where the value is copied to from its first byte; the same at each call.</param>
    public void Pass(ReadOnlySpan<byte> bytes, Span<byte> store)
    {
        int at = 0;
        _from = 0;
        while (at < bytes.Length && _place != Place.Behind)
        {
            at = _place switch
            {
                Place.Name => PassName(bytes, at),
                Place.OtherName or Place.Text => PassText(bytes, at),
                Place.Scalar => PassScalar(bytes, at),
                Place.Nested => PassNested(bytes, at),
                _ => PassBetween(bytes, at),
            };

            if (_isTaking && _place == Place.AfterValue)
            {
                Keep(bytes[_from..at], store);
                _isTaking = false;
                IsFound = true;
            }
        }

        if (_isTaking)
            Keep(bytes[_from..], store);
    }

    /// <summary>One byte outside of names and values.</summary>
    private int PassBetween(ReadOnlySpan<byte> bytes, int at)
    {
        byte one = bytes[at];
        if (one is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            return at + 1;

        switch (_place)
        {
            case Place.Value:
                BeginValue(one, at);
                break;
            case Place.Colon:
                _place = one == (byte)':' ? Place.Value : Place.Behind;
                break;
            case Place.Before:
                // A byte order mark is stepped over; another kind of value has no members.
                _place = one == (byte)'{' ? Place.Member : one is 0xEF or 0xBB or 0xBF ? Place.Before : Place.Behind;
                _depth = 1;
                break;
            case Place.Member when one == (byte)'"':
                _place = Place.Name;
                _matched = _escape = 0;
                break;
            default:
                _place = one == (byte)',' ? Place.Member : Place.Behind;
                break;
        }

        return at + 1;
    }

    private void BeginValue(byte one, int at)
    {
        _place = one switch
        {
            (byte)'"' => Place.Text,
            (byte)'{' or (byte)'[' => Place.Nested,
            (byte)',' or (byte)'}' or (byte)']' => Place.Behind,
            _ => Place.Scalar,
        };

        _oddBackslashes = false;
        _depth = _place == Place.Nested ? 2 : 1;
        if (!_isNamed || _place == Place.Behind)
            return;

        _isTaking = true;
        _from = at;
        _length = 0;
        IsFound = IsTooLong = false;
    }

    /// <summary>Compares a name as long as it may be the one that is looked for.</summary>
    private int PassName(ReadOnlySpan<byte> bytes, int at)
    {
        ReadOnlySpan<byte> name = _name.Span;
        while (at < bytes.Length && _matched >= 0)
        {
            byte one = bytes[at++];
            if (_escape > 0)
                PassEscape(one, name);
            else if (one == (byte)'\\')
                _escape = 1;
            else if (one != (byte)'"')
                Match(one, name);
            else
                return EndName(_matched == name.Length, at);
        }

        if (_matched < 0)
        {
            _place = Place.OtherName;
            _oddBackslashes = false;
        }

        return at;
    }

    private int EndName(bool isNamed, int at)
    {
        _isNamed = isNamed;
        _place = Place.Colon;
        return at;
    }

    /// <summary>One byte of an escape: 1 is the place of its letter, 2 to 5 are those of the digits behind a <c>u</c>.</summary>
    private void PassEscape(byte one, ReadOnlySpan<byte> name)
    {
        if (_escape == 1 && one == (byte)'u')
        {
            _escape = 2;
            _unit = 0;
        }
        else if (_escape == 1)
        {
            int known = "\"\\/bfnrt"u8.IndexOf(one);
            _escape = 0;
            Match(known < 0 ? -1 : "\"\\/\b\f\n\r\t"u8[known], name);
        }
        else
        {
            int digit = char.IsAsciiDigit((char)one) ? one - '0' : char.IsAsciiHexDigit((char)one) ? (one | 0x20) - 'a' + 10 : -1;
            _unit = digit < 0 || _unit < 0 ? -1 : (_unit << 4) | digit;
            _escape = _escape < 5 ? _escape + 1 : 0;
            if (_escape == 0)
                Match(_unit < 0x80 ? _unit : -1, name);
        }
    }

    private void Match(int character, ReadOnlySpan<byte> name) =>
        _matched = _matched < name.Length && name[_matched] == character ? _matched + 1 : -1;

    /// <summary>
    /// Up to the quote that ends a text. Quotes are looked for rather than backslashes, because text and code are full of escaped line ends.
    /// </summary>
    private int PassText(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            int quote = bytes[at..].IndexOf((byte)'"');
            ReadOnlySpan<byte> part = quote < 0 ? bytes[at..] : bytes.Slice(at, quote);
            int backslashes = 0;
            while (backslashes < part.Length && part[^(backslashes + 1)] == (byte)'\\')
                backslashes++;

            bool isOdd = (backslashes & 1) != 0;
            if (backslashes == part.Length)
                isOdd ^= _oddBackslashes;
            if (quote < 0)
            {
                _oddBackslashes = isOdd;
                return bytes.Length;
            }

            at += quote + 1;
            _oddBackslashes = false;
            if (isOdd)
                continue;
            if (_place == Place.OtherName)
                return EndName(isNamed: false, at);

            _place = _depth == 1 ? Place.AfterValue : Place.Nested;
            return at;
        }

        return at;
    }

    private int PassScalar(ReadOnlySpan<byte> bytes, int at)
    {
        int end = bytes[at..].IndexOfAny(s_scalarEnds);
        if (end < 0)
            return bytes.Length;

        _place = Place.AfterValue;
        return at + end;
    }

    /// <summary>Up to the next bracket or text inside an object or array.</summary>
    private int PassNested(ReadOnlySpan<byte> bytes, int at)
    {
        int found = bytes[at..].IndexOfAny(s_structure);
        if (found < 0)
            return bytes.Length;

        at += found;
        switch (bytes[at])
        {
            case (byte)'"':
                _place = Place.Text;
                break;
            case (byte)'{' or (byte)'[':
                if (++_depth > DepthMax)
                {
                    _place = Place.Behind;
                    _isTaking = false;
                }

                break;
            default:
                if (--_depth == 1)
                    _place = Place.AfterValue;
                break;
        }

        return at + 1;
    }

    private void Keep(ReadOnlySpan<byte> part, Span<byte> store)
    {
        if (!IsTooLong && _length <= store.Length && part.TryCopyTo(store[_length..]))
        {
            _length += part.Length;
            return;
        }

        IsTooLong = true;
        _length = 0;
    }
}

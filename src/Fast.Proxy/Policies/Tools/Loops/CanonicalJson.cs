using System;
using System.Text.Json;
using Fast.Wire.Json;

namespace Fast.Proxy.Policies.Tools.Loops;

/// <summary>
/// Hashes what a JSON text means. White space, the order of members, escapes and the spelling of numbers do not count; of members with
/// the same name the last one does.
/// </summary>
internal ref struct CanonicalJson
{
    /// <summary>Deepest nesting followed.</summary>
    public const int DepthMax = 64;

    /// <summary>Most members of objects that are open at one time.</summary>
    public const int MembersMax = 256;

    /// <summary>Most digits of an exponent that is understood; numbers with a longer one count as they are spelled.</summary>
    private const int ExponentDigitsMax = 9;

    private readonly UInt128 _key;
    private readonly Span<Member> _members;
    private Utf8JsonReader _reader;
    private bool _isFull;

    private CanonicalJson(ReadOnlySpan<byte> json, UInt128 key, Span<Member> members)
    {
        _key = key;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        _members = members;
    }

    /// <summary>Hashes a text; false when it is not one JSON value within the bounds.</summary>
    public static bool TryHash(ReadOnlySpan<byte> json, UInt128 key, out UInt128 hash)
    {
        Span<Member> members = stackalloc Member[MembersMax];
        CanonicalJson canonical = new(json, key, members);
        hash = default;
        try
        {
            canonical._reader.Read();
            hash = canonical.Value(0);

            // One more read, so that anything behind the value is seen.
            return !canonical._reader.Read() && !canonical._isFull;
        }
        catch (JsonException)
        {
            // Utf8JsonReader has no other way to say that a text is broken.
            return false;
        }
    }

    /// <summary>Hashes the value that the reader stands at; recursion ends at <see cref="DepthMax"/>, where the reader does.</summary>
    /// <param name="used">How many members are in use by the objects around it.</param>
    private UInt128 Value(int used)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(used);
            case JsonTokenType.StartArray:
                SipHash items = Begin((byte)'[');
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Value(used));
                return items.Finish();
            case JsonTokenType.String:
                return Text();
            case JsonTokenType.Number:
                return Number(_reader.ValueSpan);
            default:
                return Begin((byte)_reader.TokenType).Finish();
        }
    }

    private UInt128 Object(int used)
    {
        int end = used;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            UInt128 name = Text();
            _reader.Read();
            Insert(used, ref end, new Member(name, Value(end)));
        }

        SipHash hash = Begin((byte)'{');
        foreach (Member member in _members[used..end])
        {
            hash.Add(member.Name);
            hash.Add(member.Value);
        }

        return hash.Finish();
    }

    /// <summary>Puts a member where it belongs among those of its object.</summary>
    private void Insert(int begin, ref int end, Member member)
    {
        int at = _members[begin..end].BinarySearch(member);
        if (at >= 0)
        {
            _members[begin + at] = member;
            return;
        }

        _isFull |= end >= MembersMax;
        if (_isFull)
            return;

        at = begin + ~at;
        _members[at..end].CopyTo(_members[(at + 1)..]);
        _members[at] = member;
        end++;
    }

    private readonly UInt128 Text()
    {
        SipHash hash = Begin((byte)'"');
        ReadOnlySpan<byte> rest = _reader.ValueSpan;
        Span<byte> plain = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            int escape = rest.IndexOf((byte)'\\');
            hash.Add(escape < 0 ? rest : rest[..escape]);
            rest = escape < 0 ? default : rest[escape..];
            if (rest.IsEmpty)
                break;

            // The pair of escapes of one character, or one escape; half a pair counts as it is spelled.
            int length = rest[1] == (byte)'u' ? 6 : 2;
            int pair = Math.Min(12, rest.Length);
            if (!JsonText.TryUnescape(rest[..length], plain, out int written) && JsonText.TryUnescape(rest[..pair], plain, out written))
                length = pair;
            hash.Add(written > 0 ? plain[..written] : rest[..length]);
            rest = rest[length..];
        }

        return hash.Finish();
    }

    /// <summary>Hashes a number as its digits without zeros at either end, and a power of ten.</summary>
    private readonly UInt128 Number(ReadOnlySpan<byte> text)
    {
        SipHash hash = Begin((byte)'0');
        int e = text.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> exponent = e < 0 ? default : text[(e + 1)..];
        ReadOnlySpan<byte> mantissa = e < 0 ? text : text[..e];
        int first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
            return hash.Finish();

        int last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        if (!TryExponent(exponent, out long power))
        {
            hash.Add(text);
            return hash.Finish();
        }

        int point = mantissa.IndexOf((byte)'.');
        power += point < 0 ? mantissa.Length - 1 - last : last < point ? point - 1 - last : point - last;
        hash.Add((ulong)power);
        hash.Add(text[0] == (byte)'-' ? (byte)'-' : (byte)'+');
        bool isSplit = first < point && point < last;
        hash.Add(mantissa[first..(isSplit ? point : last + 1)]);
        if (isSplit)
            hash.Add(mantissa[(point + 1)..(last + 1)]);
        return hash.Finish();
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out long power)
    {
        power = 0;
        bool isNegative = text.StartsWith("-"u8);
        ReadOnlySpan<byte> digits = text.TrimStart("+-0"u8);
        foreach (byte digit in digits)
            power = digits.Length > ExponentDigitsMax ? 0 : power * 10 + digit - (byte)'0';

        power = isNegative ? -power : power;
        return digits.Length <= ExponentDigitsMax;
    }

    /// <summary>Begins a hash for a kind of value, so that those of different kinds differ.</summary>
    private readonly SipHash Begin(byte kind)
    {
        SipHash hash = new(_key);
        hash.Add(kind);
        return hash;
    }

    private readonly record struct Member(UInt128 Name, UInt128 Value) : IComparable<Member>
    {
        public int CompareTo(Member other) => Name.CompareTo(other.Name);
    }
}

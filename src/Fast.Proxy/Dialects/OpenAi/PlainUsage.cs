using System;
using System.Buffers;
using Fast.Proxy.Accounting.Prices;
using Fast.Wire.Json;

namespace Fast.Proxy.Dialects.OpenAi;

/// <summary>
/// Reads a usage in the one shape that nearly all have: names without escapes, whole numbers, and objects of such. Anything else is left to
/// <see cref="OpenAiUsage"/>, which takes several times as long.
/// </summary>
internal ref struct PlainUsage
{
    private const int MembersMax = 64;

    /// <summary>Most digits of a count that is read here: no number of so many is beyond <see cref="OpenAiUsage.TokensMax"/>.</summary>
    private const int DigitsMax = 10;

    private static readonly SearchValues<byte> s_numeric = SearchValues.Create("0123456789+-.eE"u8);

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _members;
    private UsageCounts _counts;

    private PlainUsage(ReadOnlySpan<byte> json)
    {
        _json = json;
        _counts = new UsageCounts();
    }

    /// <summary>Reads the usage of a whole answer that stands at its end, as a member of the answer itself.</summary>
    /// <returns>False also when there may be one that is only not plain.</returns>
    public static bool TryReadLast(ReadOnlySpan<byte> answer, out TokenUsage usage)
    {
        usage = default;
        int at = LastMember.IndexOfValue(answer, "\"usage\""u8);
        return at >= 0 && TryRead(answer[at..], out usage, out int length) && LastMember.IsRestOfObject(answer[(at + length)..]);
    }

    /// <summary>Reads the usage that a text begins with.</summary>
    /// <param name="json">A text that begins with the object.</param>
    /// <param name="usage">The usage.</param>
    /// <param name="length">Bytes of the object.</param>
    /// <returns>False when it is not plain, or counts nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out TokenUsage usage, out int length)
    {
        PlainUsage plain = new(json);
        bool isRead = plain.TryPass((byte)'{') && plain.TryReadMembers();
        length = plain._at;
        usage = default;
        return isRead && plain._counts.TryGet(out usage);
    }

    private bool TryReadMembers()
    {
        do
        {
            if (!TryReadName(out ReadOnlySpan<byte> name))
                return false;

            bool isRead = name.EndsWith("_details"u8) ? TryReadDetails(name)
                : name.EndsWith("_tokens"u8) ? TryReadNumber(ref _counts.Count(name)) : TrySkipNumber();
            if (!isRead)
                return false;
        }
        while (TryPass((byte)','));
        return TryPass((byte)'}');
    }

    private bool TryReadDetails(ReadOnlySpan<byte> member)
    {
        bool ofInput = UsageCounts.AreInputDetails(member);
        if (!ofInput && !UsageCounts.AreOutputDetails(member))
            return false;
        if (!TryPass((byte)'{'))
            return TryReadNull();
        if (TryPass((byte)'}'))
            return true;

        do
        {
            if (!TryReadName(out ReadOnlySpan<byte> name) || !TryReadNumber(ref _counts.Detail(name, ofInput)))
                return false;
        }
        while (TryPass((byte)','));
        return TryPass((byte)'}');
    }

    private bool TryReadName(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (++_members > MembersMax || !TryPass((byte)'"'))
            return false;

        ReadOnlySpan<byte> rest = _json[_at..];
        int end = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || rest[end] != (byte)'"')
            return false;

        name = rest[..end];
        _at += end + 1;
        return TryPass((byte)':');
    }

    private bool TryReadNumber(scoped ref long count)
    {
        SkipSpace();
        long number = 0;
        int from = _at;
        while (_at < _json.Length && _at - from <= DigitsMax && char.IsAsciiDigit((char)_json[_at]))
            number = (number * 10) + (_json[_at++] - '0');

        int digits = _at - from;
        if (digits == 0)
            return TryReadNull();

        // A leading zero, a fraction, an exponent, and what is longer than any count, are not plain.
        if (digits > DigitsMax || (digits > 1 && _json[from] == (byte)'0') || _at == _json.Length || _json[_at] is (byte)'.' or (byte)'e' or (byte)'E')
            return false;

        count = number;
        return true;
    }

    /// <summary>What counts no tokens may be a fraction: seconds, or the provider's own idea of the price.</summary>
    private bool TrySkipNumber()
    {
        SkipSpace();
        int length = _json[_at..].IndexOfAnyExcept(s_numeric);
        if (length <= 0)
            return false;

        _at += length;
        return true;
    }

    /// <summary>A null counts nothing.</summary>
    private bool TryReadNull()
    {
        SkipSpace();
        if (!_json[_at..].StartsWith("null"u8))
            return false;

        _at += "null"u8.Length;
        return true;
    }

    private bool TryPass(byte one)
    {
        if (_at < _json.Length && _json[_at] == one)
        {
            _at++;
            return true;
        }

        return TryPassBehindSpace(one);
    }

    private bool TryPassBehindSpace(byte one)
    {
        SkipSpace();
        if (_at == _json.Length || _json[_at] != one)
            return false;

        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _at++;
    }
}

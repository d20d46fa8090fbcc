using System;
using Fast.Wire.Http1;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Fast.Proxy.Connections;

/// <summary>
/// A request's head: its bytes, copied once into a buffer of our own, and offsets into them. Everything that later stages want
/// to know of the head they read from here; nothing is turned into a string.
/// </summary>
public sealed class RequestHead
{
    /// <summary>Most header fields of one request. Beyond it: 431.</summary>
    public const int FieldsMax = 100;

    private readonly BufferPool _pool;
    private HeaderField[] _fields = new HeaderField[24];
    private byte[] _bytes = [];
    private int _fieldCount;
    private int _targetStart;
    private int _targetLength;
    private int _pathLength;
    private ulong _names;

    internal RequestHead(BufferPool pool) => _pool = pool;

    /// <summary>The method; everything that HTTP does not name is <see cref="HttpMethod.Custom"/>.</summary>
    public HttpMethod Method { get; internal set; }

    /// <summary>Whether the request is HTTP/1.1 rather than 1.0.</summary>
    public bool IsHttp11 { get; internal set; }

    /// <summary>How the body's end is told.</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>Bytes of the body, when the framing says them.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Whether the caller wants the connection kept.</summary>
    public bool KeepAlive { get; internal set; }

    /// <summary>Whether the caller waits for <c>100 Continue</c> before it sends its body.</summary>
    public bool ExpectsContinue { get; internal set; }

    /// <summary>Whether the caller expects anything else, which nobody can give it.</summary>
    public bool ExpectsUnknown { get; internal set; }

    /// <summary>Whether a Connection header names fields beyond the usual, which then stay on this hop.</summary>
    public bool HasConnectionFields { get; internal set; }

    /// <summary>The header fields, in the order they came.</summary>
    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, _fieldCount);

    /// <summary>The path, percent-encoded as sent, without scheme, authority and query.</summary>
    public ReadOnlySpan<byte> Path => _bytes.AsSpan(_targetStart, _pathLength);

    /// <summary>The query with its question mark, or nothing.</summary>
    public ReadOnlySpan<byte> Query => _bytes.AsSpan(_targetStart + _pathLength, _targetLength - _pathLength);

    /// <summary>The bytes of the head, for offsets into it.</summary>
    internal Span<byte> Bytes => _bytes;

    /// <summary>The parser's notes on this head.</summary>
    internal HeadState State { get; } = new();

    /// <summary>A field's name.</summary>
    public ReadOnlySpan<byte> NameOf(in HeaderField field) => _bytes.AsSpan(field.NameStart, field.NameLength);

    /// <summary>A field's value.</summary>
    public ReadOnlySpan<byte> ValueOf(in HeaderField field) => _bytes.AsSpan(field.ValueStart, field.ValueLength);

    /// <summary>Finds the first field of a kind.</summary>
    public bool TryFind(HeaderId id, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly HeaderField field in Fields)
        {
            if (field.Id == id)
            {
                value = ValueOf(field);
                return true;
            }
        }

        value = [];
        return false;
    }

    /// <summary>Finds the first field of Fast's own, or any other, by its name in lower case.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = [];
        if ((_names & SignOf(name)) == 0)
            return false;

        foreach (ref readonly HeaderField field in Fields)
        {
            if (field.NameLength == name.Length && System.Text.Ascii.EqualsIgnoreCase(NameOf(field), name))
            {
                value = ValueOf(field);
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives the head a larger buffer, with the bytes it has so far.</summary>
    internal byte[] Grow(int length, int need)
    {
        byte[] larger = _pool.Rent(need);
        _bytes.AsSpan(0, length).CopyTo(larger);
        if (_bytes.Length > 0)
            _pool.Return(_bytes);
        return _bytes = larger;
    }

    /// <summary>Gives the buffer back once nobody asks for fields any more. What was made of them stays.</summary>
    internal void ReleaseFields()
    {
        if (_bytes.Length > 0)
            _pool.Return(_bytes);
        _bytes = [];
        _fieldCount = _targetStart = _targetLength = _pathLength = 0;
        _names = 0;
    }

    /// <summary>Gives the buffer back; the head is empty from here on.</summary>
    internal void Return()
    {
        ReleaseFields();
        State.Reset();
        Method = HttpMethod.None;
        Framing = BodyFraming.None;
        ContentLength = 0;
        IsHttp11 = KeepAlive = ExpectsContinue = ExpectsUnknown = HasConnectionFields = false;
    }

    internal void SetTarget(int start, int length, int pathLength) =>
        (_targetStart, _targetLength, _pathLength) = (start, length, pathLength);

    internal bool TryAdd(in HeaderField field)
    {
        if (_fieldCount == FieldsMax)
            return false;
        if (_fieldCount == _fields.Length)
            Array.Resize(ref _fields, Math.Min(FieldsMax, _fields.Length * 2));

        _fields[_fieldCount++] = field;
        _names |= SignOf(NameOf(field));
        return true;
    }

    /// <summary>
    /// One bit of 64 for a name, the same in every case. Most names that are looked for are not there, and most of those are told by it.
    /// </summary>
    private static ulong SignOf(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? 0 : 1UL << ((name.Length + (5 * (name[0] | 0x20)) + (11 * (name[^1] | 0x20))) & 63);
}

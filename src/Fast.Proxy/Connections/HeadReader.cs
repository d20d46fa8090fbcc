using System;
using System.Buffers;
using Fast.Proxy.Faults;
using Fast.Wire.Http1;

namespace Fast.Proxy.Connections;

/// <summary>Gathers one head from what arrives, however it was cut on the way, and has it parsed.</summary>
/// <param name="head">Where it goes.</param>
/// <param name="bytesMax">Longest head.</param>
internal struct HeadReader(RequestHead head, int bytesMax)
{
    private const int FirstBytes = 1024;

    private byte[] _bytes = [];
    private int _length;
    private HeadScanner _scanner;

    /// <summary>Whether a byte of the head has arrived; a stray empty line before it is none.</summary>
    public readonly bool Begun => _length > _scanner.Start;

    /// <summary>Takes what has arrived, up to the head's end.</summary>
    /// <returns>Null when there is more to come; else what is wrong with the head, or nothing.</returns>
    public Fault? Take(in ReadOnlySequence<byte> arrived, out SequencePosition consumed)
    {
        long offset = 0;
        foreach (ReadOnlyMemory<byte> segment in arrived)
        {
            int before = _length;
            int take = Math.Min(segment.Length, bytesMax - _length);
            Append(segment.Span[..take]);

            // Somebody speaks TLS, or something else, to a plain port: no line end may ever come.
            if (_length > 0 && _bytes[0] < (byte)' ' && _bytes[0] is not ((byte)'\r' or (byte)'\n'))
            {
                consumed = arrived.End;
                return Malformed();
            }

            HeadScan scan = _scanner.Scan(_bytes.AsSpan(0, _length));
            if (scan == HeadScan.Complete)
            {
                consumed = arrived.GetPosition(offset + _scanner.End - before);
                Fault fault = RequestHeadParser.Parse(head, _bytes, _scanner.Start, _scanner.End);
                return fault;
            }

            offset += take;
            if (scan == HeadScan.Malformed || _length == bytesMax)
            {
                consumed = arrived.GetPosition(offset);
                return scan == HeadScan.Malformed ? Malformed() : TooLarge();
            }
        }

        consumed = arrived.End;
        return null;
    }

    private readonly Fault Malformed()
    {
        head.State.Refuse(Fault.MalformedHead, "a line does not end in CRLF, or holds a control character");
        return Fault.MalformedHead;
    }

    private readonly Fault TooLarge() => _scanner.FirstLineEnd == 0 ? Fault.TargetTooLong : Fault.HeadTooLarge;

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int need = _length + bytes.Length;
        if (need > _bytes.Length)
            _bytes = head.Grow(_length, Math.Max(need, Math.Max(FirstBytes, _length * 2)));

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length = need;
    }
}

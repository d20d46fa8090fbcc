using System;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Fast.Wire.Text;

namespace Fast.Proxy.Relay;

/// <summary>Writes small pieces to a pipe without asking it for memory each time. <see cref="Commit"/> hands over what was written.</summary>
internal ref struct PipeSink(PipeWriter pipe)
{
    /// <summary>Memory asked for at least, in bytes: most answer heads fit.</summary>
    private const int WindowBytes = 1024;

    private readonly PipeWriter _pipe = pipe;
    private Span<byte> _free = pipe.GetSpan(WindowBytes);
    private int _used;

    /// <summary>Writes bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        // Inlined, a copy of bytes that are known is a few moves.
        if (bytes.TryCopyTo(_free[_used..]))
            _used += bytes.Length;
        else
            WriteParts(bytes);
    }

    /// <summary>Writes text whose characters each are one byte, as header fields are (RFC 9110 5.5).</summary>
    public void WriteLatin1(string text)
    {
        int at = 0;
        while (text.Length - at > _free.Length - _used)
        {
            int part = _free.Length - _used;
            Encoding.Latin1.GetBytes(text.AsSpan(at, part), _free[_used..]);
            at += part;
            _used += part;
            Renew(WindowBytes);
        }

        _used += Encoding.Latin1.GetBytes(text.AsSpan(at), _free[_used..]);
    }

    /// <summary>Writes a number in decimal.</summary>
    public void WriteNumber(long value)
    {
        if (_free.Length - _used >= Digits.BytesMax)
        {
            _used += Digits.Write(value, _free[_used..]);
            return;
        }

        Span<byte> digits = stackalloc byte[Digits.BytesMax];
        Write(digits[..Digits.Write(value, digits)]);
    }

    /// <summary>Hands over what was written. The sink is used up.</summary>
    public void Commit()
    {
        _pipe.Advance(_used);
        _used = 0;
        _free = default;
    }

    private void WriteParts(scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.TryCopyTo(_free[_used..]))
        {
            int part = _free.Length - _used;
            bytes[..part].CopyTo(_free[_used..]);
            bytes = bytes[part..];
            _used += part;
            Renew(Math.Min(bytes.Length, WindowBytes));
        }

        _used += bytes.Length;
    }

    private void Renew(int need)
    {
        _pipe.Advance(_used);
        _free = _pipe.GetSpan(need);
        _used = 0;
    }
}

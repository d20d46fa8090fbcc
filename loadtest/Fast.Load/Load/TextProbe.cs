using System;
using System.Text;

namespace Fast.Load.Load;

/// <summary>Looks for a text in a body that comes in pieces.</summary>
internal sealed class TextProbe
{
    private readonly byte[] _text;

    // The end of what came so far, one byte short of the text, and room for as much of the next piece.
    private readonly byte[] _seam;
    private int _kept;

    public TextProbe(string text)
    {
        _text = Encoding.UTF8.GetBytes(text);
        _seam = new byte[2 * _text.Length];
    }

    public bool IsFound { get; private set; }

    public void Begin()
    {
        _kept = 0;
        IsFound = _text.Length == 0;
    }

    public void Read(ReadOnlySpan<byte> piece)
    {
        if (IsFound)
            return;
        int overlap = _text.Length - 1;
        ReadOnlySpan<byte> start = piece[..Math.Min(overlap, piece.Length)];
        start.CopyTo(_seam.AsSpan(_kept));
        ReadOnlySpan<byte> seam = _seam.AsSpan(0, _kept + start.Length);
        IsFound = seam.IndexOf(_text) >= 0 || piece.IndexOf(_text) >= 0;
        ReadOnlySpan<byte> end = piece.Length >= overlap ? piece[^overlap..] : seam[^Math.Min(overlap, seam.Length)..];
        end.CopyTo(_seam);
        _kept = end.Length;
    }
}

using System;
using Fast.Proxy.Dialects.OpenAi;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>Walks the pieces of one call in what was kept back.</summary>
/// <param name="events">What was kept back.</param>
/// <param name="pieces">The pieces of all calls.</param>
/// <param name="first">Where the first of this call stands.</param>
internal ref struct KeptPieces(ReadOnlySpan<byte> events, ReadOnlySpan<KeptPiece> pieces, int first)
{
    private readonly ReadOnlySpan<byte> _events = events;
    private readonly ReadOnlySpan<KeptPiece> _pieces = pieces;
    private int _at = KeptPiece.None;
    private int _next = first;

    /// <summary>The piece that the walk stands at.</summary>
    public readonly ref readonly ToolPiece Current => ref _pieces[_at].Piece;

    /// <summary>The data of its event.</summary>
    public readonly ReadOnlySpan<byte> Data => _events[_pieces[_at].DataStart.._pieces[_at].DataEnd];

    /// <summary>Goes on to the next piece.</summary>
    public bool Next()
    {
        if (_next == KeptPiece.None)
            return false;

        _at = _next;
        _next = _pieces[_at].Next;
        return true;
    }
}

/// <summary>A piece of a call in what was kept back.</summary>
internal struct KeptPiece
{
    /// <summary>Behind the last piece of a call.</summary>
    public const int None = -1;

    /// <summary>The piece.</summary>
    public ToolPiece Piece;

    /// <summary>Where the data of its event begin.</summary>
    public int DataStart;

    /// <summary>Where they end.</summary>
    public int DataEnd;

    /// <summary>Where the call's next piece stands among all.</summary>
    public int Next;
}

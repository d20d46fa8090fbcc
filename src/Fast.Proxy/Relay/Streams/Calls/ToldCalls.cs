using System;
using Fast.Proxy.Dialects.OpenAi;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>
/// Which items of a response have been told of as calls, so that each counts once however often it is told. Items come in their order, so that
/// behind the first of them a number is enough.
/// </summary>
internal struct ToldCalls
{
    /// <summary>Items that have a bit.</summary>
    private const int Bits = 64;

    private ulong _first;
    private int _beyond;
    private int _last;

    /// <summary>Whether a piece tells of a call that counts: one that begins does, and a whole one that no event has told of.</summary>
    public readonly bool IsNew(in ToolPiece piece) => piece.NameBytes > 0 && (!piece.IsWhole || !WasTold(piece.Index));

    /// <summary>Remembers what a piece tells of.</summary>
    public void Note(in ToolPiece piece)
    {
        if (piece.NameBytes == 0)
            return;

        if (piece.Index < Bits)
            _first |= 1UL << piece.Index;
        else if (IsNew(piece))
            (_beyond, _last) = (_beyond + 1, Math.Max(_last, piece.Index));
    }

    /// <summary>Whether a call of the last event's was told of before. To be asked once for each, in their order.</summary>
    public bool TakeTold(int position) => position < Bits ? WasTold(position) : _beyond-- > 0;

    private readonly bool WasTold(int index) => index < Bits ? (_first & (1UL << index)) != 0 : index <= _last;
}

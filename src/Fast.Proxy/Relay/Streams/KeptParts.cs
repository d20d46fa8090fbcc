using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Wire.Sse;

namespace Fast.Proxy.Relay.Streams;

/// <summary>
/// Some servers tell of several calls under one number. Clients may take them apart by their names, or by what comes whole; what they would
/// find so is judged, each call by itself. It has been counted.
/// </summary>
/// <param name="check">What it is held to.</param>
/// <param name="scratch">As long as the events.</param>
internal ref struct KeptParts(CallCheck check, Span<byte> scratch)
{
    private readonly CallCheck _check = check;
    private readonly Span<byte> _scratch = scratch;
    private int _name;
    private int _arguments;
    private bool _wasWhole;
    private bool _isOpen;

    /// <summary>Judges the calls of one number.</summary>
    /// <param name="events">What was kept back.</param>
    /// <param name="kind">What the stream is made of.</param>
    /// <param name="call">The number.</param>
    /// <returns>The first that may not pass, or else one that is only told of; null when all may.</returns>
    public CallRefusal? Judge(ReadOnlySpan<byte> events, StreamKind kind, (int Choice, int Index) call)
    {
        CallRefusal? told = null;
        Span<ToolPiece> pieces = stackalloc ToolPiece[KeptCalls.PiecesMax];
        SseEventReader reader = new(events);
        while (reader.TryTake(out SseEvent found))
        {
            ReadOnlySpan<byte> data = events[found.DataStart..found.DataEnd];
            if (!StreamChunk.TryRead(data, kind, pieces, out StreamChunk chunk))
                continue;

            foreach (ref readonly ToolPiece piece in pieces[..chunk.Pieces])
            {
                if ((piece.Choice, piece.Index) != call)
                    continue;

                if (piece.NameBytes > 0)
                    told = Stricter(told, End(kind));
                told = Stricter(told, Take(data, piece, kind));
                if (told is { IsWarning: false })
                    return told;
            }
        }

        return Stricter(told, End(kind));
    }

    /// <summary>What is no valid text has refused the call before; here it is nothing.</summary>
    private CallRefusal? Take(ReadOnlySpan<byte> data, in ToolPiece piece, StreamKind kind)
    {
        if (piece.NameBytes > 0 || piece.IsWhole || _wasWhole)
            _arguments = 0;
        if (piece.NameBytes > 0)
            _name = Math.Max(0, PieceName.Write(data, piece, _scratch));
        if (piece.ArgumentsBytes > 0)
            _arguments += Math.Max(0, piece.WriteArguments(data, _scratch[(_name + _arguments)..]));
        (_wasWhole, _isOpen) = (piece.IsWhole, true);
        return piece.IsWhole ? End(kind) : null;
    }

    /// <summary>
    /// The call is whole, or another begins. An item that has no arguments yet may have them told elsewhere; a call of a chat is one without.
    /// </summary>
    private CallRefusal? End(StreamKind kind)
    {
        if (!_isOpen || (_arguments == 0 && kind == StreamKind.Responses))
            return null;

        _isOpen = false;
        return _check.JudgeAgain(_scratch[.._name], _arguments == 0 ? "{}"u8 : _scratch.Slice(_name, _arguments));
    }

    private static CallRefusal? Stricter(CallRefusal? one, CallRefusal? other) => one is { IsWarning: false } ? one : other ?? one;
}

using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies.Tools.Checks;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>
/// Some servers tell of several calls under one number. Clients may take them apart by their names, or by what comes whole; what they would
/// find so is judged, each call by itself.
/// </summary>
/// <param name="check">What it is held to.</param>
/// <param name="counts">Whether they are calls that have not been counted.</param>
/// <param name="scratch">As long as the events.</param>
internal ref struct KeptParts(CallCheck check, bool counts, Span<byte> scratch)
{
    private readonly CallCheck _check = check;
    private readonly bool _counts = counts;
    private readonly Span<byte> _scratch = scratch;
    private int _name;
    private int _arguments;
    private bool _wasWhole;
    private bool _isOpen;

    /// <summary>Judges the calls of one number.</summary>
    /// <param name="pieces">Their pieces.</param>
    /// <param name="kind">What the stream is made of.</param>
    /// <returns>The first that may not pass, or else one that is only told of; null when all may.</returns>
    public CallRefusal? Judge(KeptPieces pieces, StreamKind kind)
    {
        CallRefusal? told = null;
        while (pieces.Next() && told is not { IsWarning: false })
        {
            if (pieces.Current.NameBytes > 0)
                told = CallRefusal.Stricter(told, End(kind));
            told = CallRefusal.Stricter(told, Take(pieces.Data, pieces.Current, kind));
        }

        return CallRefusal.Stricter(told, End(kind));
    }

    /// <summary>What is no valid text has refused the call before; here it is nothing.</summary>
    private CallRefusal? Take(ReadOnlySpan<byte> data, in ToolPiece piece, StreamKind kind)
    {
        bool isWhole = piece.IsWhole || piece.IsInMessage;
        if (piece.NameBytes > 0 || isWhole || _wasWhole)
            _arguments = 0;
        if (piece.NameBytes > 0 || piece.IsInMessage)
            _name = Math.Max(0, PieceName.Write(data, piece, _scratch));
        if (piece.ArgumentsBytes > 0)
            _arguments += Math.Max(0, piece.WriteArguments(data, _scratch[(_name + _arguments)..]));
        (_wasWhole, _isOpen) = (isWhole, true);
        return isWhole ? End(kind) : null;
    }

    /// <summary>
    /// The call is whole, or another begins. An item that has no arguments yet may have them told elsewhere; a call of a chat is one without.
    /// </summary>
    private CallRefusal? End(StreamKind kind)
    {
        if (!_isOpen || (_arguments == 0 && kind == StreamKind.Responses))
            return null;

        _isOpen = false;
        ReadOnlySpan<byte> arguments = _arguments == 0 ? "{}"u8 : _scratch.Slice(_name, _arguments);
        return _counts ? _check.Judge(_scratch[.._name], arguments) : _check.JudgeAgain(_scratch[.._name], arguments);
    }
}

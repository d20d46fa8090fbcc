using System;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies.Tools;
using Fast.Wire.Json;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>The name in a piece of a call, as policy knows it. That of an item may be made of more than its member <c>name</c>.</summary>
internal static class PieceName
{
    /// <summary>Writes the name.</summary>
    /// <param name="data">The data of the event that the piece is of.</param>
    /// <param name="piece">A piece with a name.</param>
    /// <param name="target">Room for it.</param>
    /// <returns>Bytes written; -1 when the name is not understood.</returns>
    public static int Write(ReadOnlySpan<byte> data, in ToolPiece piece, Span<byte> target)
    {
        if (piece.ItemStart == 0)
            return JsonText.TryUnescape(data[piece.NameStart..piece.NameEnd], target, out int written) ? written : -1;
        return ToolSpelling.Read(data, piece.ItemStart).WriteCalled(target, isItem: true, out _) is > 0 and int length ? length : -1;
    }
}

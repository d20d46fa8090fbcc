using System;
using System.Buffers;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Wire.Sse;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>Puts the calls of tools together whose pieces stand in the events that were kept back, and has each judged.</summary>
internal static class KeptCalls
{
    /// <summary>Most calls in what is kept back at once. Beyond it nothing passes.</summary>
    private const int CallsMax = 128;

    /// <summary>Pieces of calls that are told apart in one event.</summary>
    internal const int PiecesMax = 32;

    /// <summary>Judges them all.</summary>
    /// <param name="events">What was kept back.</param>
    /// <param name="kind">What the stream is made of.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="names">The names that have been judged.</param>
    /// <param name="warning">What is to be told, though it passes.</param>
    /// <returns>The first that may not pass; null when all may.</returns>
    public static CallRefusal? Judge(ReadOnlySpan<byte> events, StreamKind kind, Exchange exchange, CallNames names, ref string? warning)
    {
        CallCheck check = new(exchange);
        Span<KeptCall> calls = stackalloc KeptCall[CallsMax];
        KeptPiece[] pieces = ArrayPool<KeptPiece>.Shared.Rent(PiecesMax);
        byte[] scratch = exchange.Kit.Buffers.Rent(events.Length);
        try
        {
            if (!TryList(events, kind, calls, ref pieces, out int count))
                return new CallRefusal("tool_not_allowed", "The answer has too many calls of tools at once.", IsWarning: false);

            for (int i = 0; i < count; i++)
            {
                // The rest of a call whose name was judged and has passed: had its arguments to be seen, it would have been kept from its name on.
                if (kind != StreamKind.Responses && calls[i].Names == 0 && names.Knows(calls[i].Choice, calls[i].Number))
                    continue;

                CallRefusal? refusal = Judge(new KeptPieces(events, pieces, calls[i].First), kind, calls[i], check, scratch);
                if (refusal is { IsWarning: false })
                    return refusal;
                if (refusal is not null)
                    warning = $"{refusal.Code}: {refusal.Message}";
            }

            return null;
        }
        finally
        {
            exchange.Kit.Buffers.Return(scratch);
            ArrayPool<KeptPiece>.Shared.Return(pieces);
        }
    }

    private static CallRefusal? Judge(KeptPieces pieces, StreamKind kind, in KeptCall call, CallCheck check, byte[] scratch)
    {
        int nameLength = Gather(pieces, names: true, scratch);
        int argumentsLength = Gather(pieces, names: false, scratch.AsSpan(Math.Max(0, nameLength)));
        if (nameLength < 0 || argumentsLength < 0)
            return new CallRefusal("tool_not_allowed", "The call of a tool cannot be read.", IsWarning: false);

        ReadOnlySpan<byte> name = scratch.AsSpan(0, nameLength);
        ReadOnlySpan<byte> arguments = scratch.AsSpan(nameLength, argumentsLength);
        if (kind != StreamKind.Responses && call.Names > 1 && (call.IsInMessage || !(call.IsCustom || arguments.IsEmpty || JsonScan.IsValid(arguments))))
        {
            // Together they are no call that anybody could make, because nobody could read its arguments: they are calls each by itself.
            return CallRefusal.Stricter(check.JudgeDenied(name), new KeptParts(check, counts: true, scratch).Judge(pieces, kind));
        }

        CallRefusal? refusal = check.Judge(name, arguments.IsEmpty ? "{}"u8 : arguments);
        return refusal is null or { IsWarning: true } && call.Names > 1
            ? CallRefusal.Stricter(refusal, new KeptParts(check, counts: false, scratch).Judge(pieces, kind))
            : refusal;
    }

    /// <summary>Reads all events, once: there may be a call in each, and 128 calls.</summary>
    private static bool TryList(ReadOnlySpan<byte> events, StreamKind kind, Span<KeptCall> calls, ref KeptPiece[] all, out int count)
    {
        count = 0;
        int listed = 0;
        Span<ToolPiece> pieces = stackalloc ToolPiece[PiecesMax];
        SseEventReader reader = new(events);
        while (reader.TryTake(out SseEvent found))
        {
            if (!StreamChunk.TryRead(events[found.DataStart..found.DataEnd], kind, pieces, out StreamChunk chunk))
                continue;
            if (chunk.TooManyPieces)
                return false;

            if (listed + chunk.Pieces > all.Length)
                Grow(ref all);
            foreach (ref readonly ToolPiece piece in pieces[..chunk.Pieces])
            {
                int at = Find(calls[..count], piece);
                if (at < 0 && count == CallsMax)
                    return false;
                if (at < 0)
                    calls[at = count++] = new KeptCall(piece.Choice, piece.Number) { First = listed, IsInMessage = piece.IsInMessage };
                else
                    all[calls[at].Last].Next = listed;
                calls[at].Last = listed;
                calls[at].Names += piece.NameBytes > 0 || piece.IsInMessage ? 1 : 0;
                calls[at].IsCustom |= piece.IsCustom;
                all[listed++] = new KeptPiece { Piece = piece, DataStart = found.DataStart, DataEnd = found.DataEnd, Next = KeptPiece.None };
            }
        }

        return true;
    }

    private static void Grow(ref KeptPiece[] pieces)
    {
        KeptPiece[] larger = ArrayPool<KeptPiece>.Shared.Rent(pieces.Length * 2);
        pieces.CopyTo(larger, 0);
        ArrayPool<KeptPiece>.Shared.Return(pieces);
        pieces = larger;
    }

    private static int Find(ReadOnlySpan<KeptCall> calls, in ToolPiece piece)
    {
        int at = calls.Length - 1;
        while (at >= 0 && !calls[at].Has(piece))
            at--;
        return at;
    }

    /// <summary>Writes the pieces of one call's name, or of its arguments, one behind the other. A whole one takes the place of pieces.</summary>
    /// <returns>Bytes written; -1 when a piece is no valid text.</returns>
    private static int Gather(KeptPieces pieces, bool names, Span<byte> target)
    {
        int length = 0;
        while (pieces.Next())
        {
            ref readonly ToolPiece piece = ref pieces.Current;
            int bytes = names ? piece.NameBytes : piece.ArgumentsBytes;
            if (bytes == 0)
                continue;
            if (piece.IsWhole || piece.IsInMessage)
                length = 0;
            int written = names ? PieceName.Write(pieces.Data, piece, target[length..]) : piece.WriteArguments(pieces.Data, target[length..]);
            if (written < 0)
                return -1;
            length += written;
        }

        return length;
    }
}

/// <summary>What the events that were kept back tell under one number.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Number">The number in it.</param>
internal record struct KeptCall(int Choice, long Number)
{
    /// <summary>Where its first piece stands among all.</summary>
    public int First;

    /// <summary>Where its last one does.</summary>
    public int Last;

    /// <summary>How many names.</summary>
    public int Names;

    /// <summary>Whether they are whole calls, none of which is part of another.</summary>
    public bool IsInMessage;

    /// <summary>Whether what is handed to the tool may be text of any kind.</summary>
    public bool IsCustom;

    /// <summary>Whether a piece belongs to it.</summary>
    public readonly bool Has(in ToolPiece piece) => piece.Choice == Choice && piece.Number == Number;
}

using System;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Wire.Sse;

namespace Fast.Proxy.Relay.Streams;

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
    /// <param name="warning">What is to be told, though it passes.</param>
    /// <returns>The first that may not pass; null when all may.</returns>
    public static CallRefusal? Judge(ReadOnlySpan<byte> events, StreamKind kind, Exchange exchange, ref string? warning)
    {
        Span<(int Choice, int Index)> calls = stackalloc (int, int)[CallsMax];
        Span<int> names = stackalloc int[CallsMax];
        if (!TryList(events, kind, calls, names, out int count))
            return new CallRefusal("tool_not_allowed", "The answer has too many calls of tools at once.", IsWarning: false);

        CallCheck check = new(exchange);
        byte[] scratch = exchange.Kit.Buffers.Rent(events.Length);
        try
        {
            for (int i = 0; i < count; i++)
            {
                int nameLength = Gather(events, kind, calls[i], names: true, scratch);
                int argumentsLength = Gather(events, kind, calls[i], names: false, scratch.AsSpan(Math.Max(0, nameLength)));
                if (nameLength < 0 || argumentsLength < 0)
                    return new CallRefusal("tool_not_allowed", "The call of a tool cannot be read.", IsWarning: false);

                ReadOnlySpan<byte> arguments = scratch.AsSpan(nameLength, argumentsLength);
                CallRefusal? refusal = check.Judge(scratch.AsSpan(0, nameLength), arguments.IsEmpty ? "{}"u8 : arguments);
                if (refusal is null or { IsWarning: true } && names[i] > 1)
                    refusal = new KeptParts(check, scratch).Judge(events, kind, calls[i]) ?? refusal;
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
        }
    }

    private static bool TryList(ReadOnlySpan<byte> events, StreamKind kind, Span<(int Choice, int Index)> calls, Span<int> names, out int count)
    {
        count = 0;
        Span<ToolPiece> pieces = stackalloc ToolPiece[PiecesMax];
        SseEventReader reader = new(events);
        while (reader.TryTake(out SseEvent found))
        {
            if (!StreamChunk.TryRead(events[found.DataStart..found.DataEnd], kind, pieces, out StreamChunk chunk))
                continue;
            if (chunk.TooManyPieces)
                return false;

            foreach (ref readonly ToolPiece piece in pieces[..chunk.Pieces])
            {
                int at = calls[..count].IndexOf((piece.Choice, piece.Index));
                if (at < 0 && count == CallsMax)
                    return false;
                if (at < 0)
                    (calls[at = count++], names[at]) = ((piece.Choice, piece.Index), 0);
                names[at] += piece.NameBytes > 0 ? 1 : 0;
            }
        }

        return true;
    }

    /// <summary>Writes the pieces of one call's name, or of its arguments, one behind the other. A whole one takes the place of pieces.</summary>
    /// <returns>Bytes written; -1 when a piece is no valid text.</returns>
    private static int Gather(ReadOnlySpan<byte> events, StreamKind kind, (int Choice, int Index) call, bool names, Span<byte> target)
    {
        int length = 0;
        Span<ToolPiece> pieces = stackalloc ToolPiece[PiecesMax];
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

                int bytes = names ? piece.NameBytes : piece.ArgumentsBytes;
                if (bytes == 0)
                    continue;
                if (piece.IsWhole)
                    length = 0;
                int written = names ? PieceName.Write(data, piece, target[length..]) : piece.WriteArguments(data, target[length..]);
                if (written < 0)
                    return -1;
                length += written;
            }
        }

        return length;
    }
}

using System;
using System.Buffers;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Policies.Tools;
using Fast.Proxy.Policies.Tools.Checks;

namespace Fast.Proxy.Relay.Streams.Calls;

/// <summary>
/// The names of the calls of tools that a stream tells of, where they are held to rules. The name of a chat's call may come in pieces: it is
/// judged when it is known to be whole, by its first arguments, by the next call or by the end. A name that comes behind that, under the same number,
/// begins a call to some clients and goes on to others. One per connection.
/// </summary>
internal sealed class CallNames
{
    /// <summary>Calls that memory is kept for between streams.</summary>
    private const int CallsKept = 32;

    // White space as JSON's texts have it, escapes included, is no beginning of arguments. Anything else of these bytes alone is not either.
    private static readonly SearchValues<byte> s_space = SearchValues.Create(" \\nrt"u8);

    private CallName[] _calls = [];
    private byte[] _names = [];
    private int _count;
    private int _open;
    private bool _goesOn;

    /// <summary>Whether a name may go on, or has just done so: its events must not reach the caller yet.</summary>
    public bool Keeps => HasOpen || _goesOn;

    /// <summary>Whether a name may go on.</summary>
    public bool HasOpen => _open > 0;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (_count, _open, _goesOn) = (0, 0, false);
        if (_calls.Length > CallsKept)
            (_calls, _names) = ([], []);
    }

    /// <summary>Judges the names in an event, as far as they are whole.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="pieces">Its pieces of calls; those that go on with a name are marked.</param>
    /// <param name="kind">What the stream is made of.</param>
    /// <param name="check">What they are held to.</param>
    /// <param name="buffers">For scratch.</param>
    /// <param name="needsWhole">Set when a call can only be judged with its arguments.</param>
    /// <returns>The first that may not pass, or else one that is only told of; null when all may.</returns>
    public CallRefusal? Take(ReadOnlySpan<byte> data, Span<ToolPiece> pieces, StreamKind kind, CallCheck check, BufferPool buffers, ref bool needsWhole)
    {
        _goesOn = false;
        CallRefusal? told = null;
        for (int i = 0; i < pieces.Length && told is not { IsWarning: false }; i++)
        {
            ref ToolPiece piece = ref pieces[i];
            bool isApart = kind == StreamKind.Responses || piece.IsInMessage;
            CallRefusal? refusal = !isApart ? TakePiece(data, ref piece, check, buffers, ref needsWhole)
                : piece.NameBytes > 0 || piece.IsInMessage ? JudgeApart(data, piece, check, ref needsWhole)
                : null;
            told = CallRefusal.Stricter(told, refusal);
        }

        return told;
    }

    /// <summary>The stream's calls are over: names that could have gone on are whole.</summary>
    public CallRefusal? CloseAll(CallCheck check)
    {
        bool needsWhole = false;
        CallRefusal? told = null;
        for (int i = 0; i < _count && _open > 0; i++)
            told = CallRefusal.Stricter(told, Close(i, hasArguments: false, check, ref needsWhole));
        return told;
    }

    /// <summary>
    /// An event has been kept back. Where it goes on with a name, that is taken out of it and put behind the name's first piece, so that every client
    /// reads one name: some put pieces together, some take the last for all of it. The kept bytes are as many as before.
    /// </summary>
    /// <param name="kept">All that is kept back.</param>
    /// <param name="at">Where the event's data begins in it.</param>
    /// <param name="chunk">The event.</param>
    /// <param name="isCut">Whether its <c>usage</c> has been cut out.</param>
    /// <param name="pieces">Its pieces.</param>
    /// <returns>False when the name is too far away, or too long.</returns>
    public bool TryJoin(Span<byte> kept, int at, in StreamChunk chunk, bool isCut, ReadOnlySpan<ToolPiece> pieces)
    {
        foreach (ref readonly ToolPiece piece in pieces)
        {
            int call = piece.NameBytes > 0 && !piece.IsInMessage ? Find(piece.Choice, piece.Number) : -1;
            if (call < 0)
                continue;

            int cut = isCut && piece.NameStart >= chunk.UsageNullEnd ? chunk.UsageNullEnd - chunk.UsageNullStart : 0;
            int start = at + piece.NameStart - cut;
            if (!piece.NameGoesOn)
                _calls[call].Place = start + piece.NameBytes;
            else if (!TryMove(kept, call, start, piece.NameBytes))
                return false;
        }

        return true;
    }

    private bool TryMove(Span<byte> kept, int call, int start, int bytes)
    {
        int place = _calls[call].Place;
        if (start - place > CallName.SpanBytesMax || bytes > CallName.PieceBytesMax)
            return false;

        Span<byte> piece = stackalloc byte[CallName.PieceBytesMax];
        kept.Slice(start, bytes).CopyTo(piece);
        kept[place..start].CopyTo(kept[(place + bytes)..]);
        piece[..bytes].CopyTo(kept[place..]);
        foreach (ref CallName other in _calls.AsSpan(0, _count))
            other.Place += other.Place >= place && other.Place < start ? bytes : 0;
        return true;
    }

    private CallRefusal? TakePiece(ReadOnlySpan<byte> data, ref ToolPiece piece, CallCheck check, BufferPool buffers, ref bool needsWhole)
    {
        int at = Find(piece.Choice, piece.Number);
        CallRefusal? told = CloseOthers(piece.Choice, at, check, ref needsWhole);
        if (piece.NameBytes > 0)
        {
            if (at < 0 && !TryAdd(piece, out at))
                return new CallRefusal("tool_not_allowed", "The answer has too many calls of tools.", IsWarning: false);
            piece.NameGoesOn = _calls[at].IsOpen;
            _goesOn |= piece.NameGoesOn;
            TakeName(data, piece, at);
        }

        if (piece.ArgumentsBytes == 0 || at < 0)
            return told;

        if (_calls[at].IsOpen)
            told = CallRefusal.Stricter(told, Close(at, hasArguments: data[piece.ArgumentsStart..piece.ArgumentsEnd].ContainsAnyExcept(s_space), check, ref needsWhole));
        TakeArguments(data, piece, ref _calls[at].Arguments, buffers);
        return told;
    }

    private void TakeName(ReadOnlySpan<byte> data, in ToolPiece piece, int at)
    {
        ref CallName call = ref _calls[at];
        if (!call.IsOpen)
        {
            _open++;
            call.Begin();
        }

        Span<byte> name = SlotOf(at);
        int written = PieceName.Write(data, piece, name[call.Length..]);
        if (written < 0 && call.Start > 0)
        {
            // All names of the number together are longer than any that could be meant; this one by itself may not be.
            name[call.Start..call.Length].CopyTo(name);
            call.Forget();
            written = PieceName.Write(data, piece, name[call.Length..]);
        }

        call.IsUnreadable |= written < 0;
        call.Length += Math.Max(0, written);
    }

    /// <summary>A name is whole: it is judged.</summary>
    private CallRefusal? Close(int at, bool hasArguments, CallCheck check, ref bool needsWhole)
    {
        ref CallName call = ref _calls[at];
        if (!call.IsOpen)
            return null;

        call.IsOpen = false;
        _open--;
        ReadOnlySpan<byte> all = SlotOf(at)[..call.Length];
        ReadOnlySpan<byte> name = call.IsUnreadable ? default : all[call.Start..];
        CallRefusal? told = check.JudgeName(name);
        needsWhole |= check.NeedsWhole(name);
        if (call.Start == 0)
            return told;

        // To who puts all together it is a call as long as its arguments can be read. A server that says a name over and over means one.
        bool mayBeOne = call.Arguments.IsEmpty || (call.Arguments.IsWhole ? !hasArguments
            : !call.Arguments.IsBroken && !name.SequenceEqual(all[call.Before..call.Start]));
        return CallRefusal.Stricter(told, mayBeOne ? check.JudgeAgain(all, default) : check.JudgeDenied(all));
    }

    /// <summary>The next call of a choice has begun, or another goes on: the names of those before are whole.</summary>
    private CallRefusal? CloseOthers(int choice, int at, CallCheck check, ref bool needsWhole)
    {
        CallRefusal? told = null;
        for (int i = 0; i < _count && _open > 0; i++)
        {
            if (i != at && _calls[i].Choice == choice)
                told = CallRefusal.Stricter(told, Close(i, hasArguments: false, check, ref needsWhole));
        }

        return told;
    }

    private bool TryAdd(in ToolPiece piece, out int at)
    {
        at = _count;
        if (at == AnswerTools.CallsMax)
            return false;

        if (at == _calls.Length)
        {
            Array.Resize(ref _calls, Math.Max(4, at * 2));
            Array.Resize(ref _names, _calls.Length * ToolSpelling.NameBytesMax);
        }

        _calls[_count++] = new CallName { Choice = piece.Choice, Number = piece.Number };
        return true;
    }

    /// <summary>Most pieces are of the call that began last.</summary>
    /// <summary>Whether a call has had a name, which then was judged when it was whole.</summary>
    public bool Knows(int choice, long number) => Find(choice, number) >= 0;

    private int Find(int choice, long number)
    {
        int at = _count - 1;
        while (at >= 0 && (_calls[at].Choice != choice || _calls[at].Number != number))
            at--;
        return at;
    }

    private Span<byte> SlotOf(int at) => _names.AsSpan(at * ToolSpelling.NameBytesMax, ToolSpelling.NameBytesMax);

    private static void TakeArguments(ReadOnlySpan<byte> data, in ToolPiece piece, ref ArgumentsShape shape, BufferPool buffers)
    {
        byte[] scratch = buffers.Rent(piece.ArgumentsBytes);
        int written = piece.IsCustom ? -1 : piece.WriteArguments(data, scratch);
        if (written < 0)
            shape.AddText();
        else
            shape.Add(scratch.AsSpan(0, written));
        buffers.Return(scratch);
    }

    /// <summary>An item of a response has its name whole, and so has a call in a message, which is none without.</summary>
    private static CallRefusal? JudgeApart(ReadOnlySpan<byte> data, in ToolPiece piece, CallCheck check, ref bool needsWhole)
    {
        Span<byte> room = stackalloc byte[ToolSpelling.NameBytesMax];
        ReadOnlySpan<byte> name = room[..Math.Max(0, PieceName.Write(data, piece, room))];
        needsWhole |= check.NeedsWhole(name);
        return check.JudgeName(name);
    }
}

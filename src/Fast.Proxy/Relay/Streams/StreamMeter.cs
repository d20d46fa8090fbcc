using System;
using System.Numerics;
using Fast.Proxy.Accounting.Prices;
using Fast.Proxy.Connections;
using Fast.Proxy.Dialects;
using Fast.Proxy.Dialects.OpenAi;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Tools.Checks;
using Fast.Proxy.Policies.Tools.Walking;
using Fast.Proxy.Relay.Streams.Calls;
using Fast.Wire.Sse;

namespace Fast.Proxy.Relay.Streams;

/// <summary>
/// Listens to an event stream as it passes: counts what it brings, keeps what is set aside ahead of it, takes out what the caller has not asked
/// for, and ends it when an account has run dry. Events are changed in place; what does not fit there is put into an output of its own. One per
/// connection, used again and again.
/// </summary>
internal sealed class StreamMeter
{
    /// <summary>Pieces of tool calls that are told apart in one event.</summary>
    private const int PiecesMax = 32;

    /// <summary>Most bytes that are kept back while a call of a tool is not whole.</summary>
    private const int KeptBytesMax = 1024 * 1024;

    /// <summary>Most bytes that are judged on the thread that polls the sockets.</summary>
    private const int PromptBytesMax = 64 * 1024;

    private readonly StreamNames _names = new();
    private readonly CallNames _callNames = new();
    private Exchange _exchange = null!;
    private StreamKind _kind;
    private byte[] _output = [];
    private int _outputLength;
    private bool _keeps;
    private bool _keepsWhole;
    private bool _usesOutput;
    private ulong _open;
    private ulong _seen;
    private ulong _told;
    private ToldCalls _calls;
    private bool _isBounded;
    private bool _checksCalls;
    private bool _mayGlance;
    private bool _hasServices;

    /// <summary>Whether a stream is listened to.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether the stream is at its end by a decision of ours: nothing of it passes any more.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether so much is kept back that judging it keeps a thread busy.</summary>
    public bool KeepsMuch => _keeps && _outputLength > PromptBytesMax;

    /// <summary>What has to go out behind the events that were passed in place.</summary>
    public ReadOnlySpan<byte> Output => _keeps ? [] : _output.AsSpan(0, _outputLength);

    /// <summary>Gets ready for the exchange's answer, if it is one to be listened to.</summary>
    public void Begin(Exchange exchange, bool isReadable)
    {
        _exchange = exchange;
        _kind = exchange.Asked.Endpoint!.Stream;
        IsActive = isReadable && exchange.Charge.IsMetered && _kind != StreamKind.Unread;
        IsCut = _keeps = _keepsWhole = _usesOutput = false;
        (_outputLength, _open, _seen, _told, _calls) = (0, 0, 0, 0, default);
        exchange.Meter.IsStream = IsActive;
        BudgetHold budgets = exchange.Kit.Reservation.Budgets;
        _isBounded = budgets.Counts(BudgetUnit.Usd) || budgets.Counts(BudgetUnit.Tokens);
        _checksCalls = IsActive && new CallCheck(exchange).IsNeeded;
        _mayGlance = !_isBounded && !_checksCalls && exchange.Kit.Reservation.Run is null && _kind is StreamKind.Chat or StreamKind.Completions;
        _hasServices = exchange.Charge.Price is { HasServices: true };
        _names.Clear();
        _callNames.Clear();
    }

    /// <returns>False when the event has to be read.</returns>
    private bool TryGlance(ReadOnlySpan<byte> data, ref StreamChunk chunk)
    {
        if (!_mayGlance || _names.Id.IsEmpty || !UsageGlance.TellsNone(data, out int start, out int end))
            return false;

        (chunk.UsageNullStart, chunk.UsageNullEnd) = (start, end);
        _exchange.Meter.TextEvents++;
        _exchange.Meter.IsGlanced = true;
        return true;
    }

    /// <summary>Lets events pass by. Called again when it is not done.</summary>
    /// <param name="events">A whole number of events.</param>
    /// <param name="from">Bytes of them that are done.</param>
    /// <param name="to">Bytes that may go out, from the beginning.</param>
    /// <returns>False when it cannot go on before an account has been leased more of its budget.</returns>
    public bool TryPass(Span<byte> events, ref int from, ref int to)
    {
        Span<ToolPiece> pieces = stackalloc ToolPiece[PiecesMax];
        SseEventReader reader = new(events[from..]);
        int begun = from;
        while (!IsCut && reader.TryTake(out SseEvent found))
        {
            Span<byte> whole = events.Slice(begun + found.Start, found.End - found.Start);
            ReadOnlySpan<byte> data = events[(begun + found.DataStart)..(begun + found.DataEnd)];
            StreamChunk chunk = default;
            bool isRead = found.HasData && !found.HasManyDataLines
                && (TryGlance(data, ref chunk) || StreamChunk.TryRead(data, _kind, pieces, out chunk));

            // Comments cost nothing. What cannot be read may be text, and is counted as such.
            if (isRead)
                Learn(data, ref chunk);
            else
                chunk.TextBytes = MayBeRead(found, whole, data) ? whole.Length : 0;
            if (_checksCalls && (isRead ? EventSpelling.IsDoubtful(data, _kind) : chunk.TextBytes > 0))
            {
                Cut(null, "tool_not_allowed", "An event of the answer cannot be read, so its calls of tools cannot be checked.");
                break;
            }

            if (!TryCover(chunk) || (!IsCut && chunk.Pieces > 0 && !TryBeginCalls(data, pieces[..chunk.Pieces], chunk))
                || (!IsCut && isRead && !TryJudgeResponse(data, chunk.IsTerminal)))
                return false;
            if (IsCut)
                break;

            from = begun + found.End;
            _names.Pass(data, chunk);
            if (isRead)
                PassChunk(whole, found, chunk, pieces[..chunk.Pieces], events, ref to);
            else
                PassUnread(whole, chunk, events, ref to);
        }

        from = IsCut ? events.Length : from;
        return true;
    }

    private void Learn(ReadOnlySpan<byte> data, ref StreamChunk chunk)
    {
        // A message that tells of more than the deltas have brought brings the rest itself.
        chunk.TextBytes += (int)Math.Max(0, chunk.MessageBytes - _exchange.Meter.TextBytes - chunk.TextBytes);
        _names.Learn(data, chunk);
        if (_hasServices && ServiceWords.Told(data[chunk.ServiceStart..chunk.ServiceEnd]) is var told and not ServiceTiers.None)
            _exchange.Meter.Service = told;
    }

    /// <summary>Whether somebody could read text in an event that Fast cannot: data, half an event, or a byte order mark before one.</summary>
    private static bool MayBeRead(in SseEvent found, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> data) =>
        found.HasData ? !data.IsEmpty : whole[0] == 0xEF || (!found.IsWhole && whole[0] != (byte)':');

    /// <summary>The stream is at its end: what was kept back for want of one passes, unless it may not.</summary>
    public void End()
    {
        if (_keeps)
            EndCalls();
    }

    /// <summary>The output has gone out.</summary>
    public void ClearOutput()
    {
        if (!_keeps)
            (_outputLength, _usesOutput) = (0, false);
    }

    /// <summary>Ends the stream: what is kept is dropped, and the output is what its dialect ends with.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="code">The same as a word.</param>
    /// <param name="message">What the answer says of it in its own words; null for nothing.</param>
    public void Cut(Refusal? refusal, string code, string? message = null)
    {
        IsCut = true;
        _keeps = false;
        _outputLength = 0;
        _exchange.Meter.CutCode = code;
        Append(StreamEnding.Render(_exchange, _kind, _names, _seen == 0 ? 1 : _seen & ~_told, new CutReason(code, message, refusal)));
    }

    /// <summary>Gives back what is held, at the end of every exchange.</summary>
    public void Release(BufferPool buffers)
    {
        if (_output.Length > 0)
            buffers.Return(_output);
        (_output, _outputLength, IsActive) = ([], 0, false);
        _keeps = false;
    }

    /// <summary>
    /// A call of a tool begins or goes on. It is kept back until it is whole where it has to be checked, and where it is not certain that all of
    /// it can be paid for: no caller gets half of one.
    /// </summary>
    /// <returns>False when a lease has to be waited for; then nothing has been counted.</returns>
    private bool TryBeginCalls(ReadOnlySpan<byte> data, Span<ToolPiece> pieces, in StreamChunk chunk)
    {
        int begun = 0;
        foreach (ref readonly ToolPiece piece in pieces)
            begun += _calls.IsNew(piece) ? 1 : 0;
        if (!TryCountCalls(begun))
            return false;

        bool needsWhole = _checksCalls && chunk.TooManyPieces;
        foreach (ref readonly ToolPiece piece in pieces)
            _calls.Note(piece);
        if (_checksCalls && !IsCut)
            Tell(_callNames.Take(data, pieces, _kind, new CallCheck(_exchange), _exchange.Kit.Buffers, ref needsWhole));
        if (IsCut)
            return true;

        _keepsWhole |= needsWhole || (!_keepsWhole && _isBounded && !OutputCover.TryTakeAll(_exchange));
        if (_keepsWhole || _callNames.Keeps)
            (_keeps, _usesOutput) = (true, true);
        return true;
    }

    /// <summary>Ends the stream where a call may not pass, or notes what is to be told.</summary>
    private void Tell(CallRefusal? refusal)
    {
        if (refusal is { IsWarning: false })
            Cut(null, refusal.Code, refusal.Message);
        else if (refusal is not null)
            _exchange.Meter.Warning = $"{refusal.Code}: {refusal.Message}";
    }

    /// <summary>The last event of a response tells of all its calls again, or of some for the first time; an earlier one may, too.</summary>
    /// <returns>False when a lease has to be waited for; then nothing has been counted.</returns>
    private bool TryJudgeResponse(ReadOnlySpan<byte> data, bool isLast)
    {
        bool counts = isLast && (_checksCalls || _exchange.Kit.Reservation.Run is not null);
        if (_kind != StreamKind.Responses || (!counts && !_checksCalls) || !CallHint.MayHaveCalls(data))
            return true;

        ResponseCalls calls = new(data, _calls);
        if (counts && !TryCountCalls(calls.CountNew(_exchange.Kit.Buffers)))
            return false;
        if (_checksCalls && !IsCut && calls.Judge(new CallCheck(_exchange), counts, _exchange.Kit.Buffers, ref _exchange.Meter.Warning) is { } refusal)
            Cut(null, refusal.Code, refusal.Message);
        return true;
    }

    /// <summary>Counts calls, and ends the stream where the run may not make so many.</summary>
    private bool TryCountCalls(int begun)
    {
        int calls = _exchange.Meter.ToolCalls + begun;
        BudgetHold budgets = _exchange.Kit.Reservation.Budgets;
        long more = calls - budgets.Held.ToolCalls;
        BudgetTake take = more > 0 ? budgets.TryTake(new Amounts(0, 0, 0, more)) : BudgetTake.Taken;
        if (take == BudgetTake.LeaseShort)
            return false;
        if (take == BudgetTake.LimitReached)
            Cut(Refusal.OfStream(budgets, _exchange.Admission.At), "run_limit_exceeded");
        else
            _exchange.Meter.ToolCalls = calls;
        return true;
    }

    /// <summary>What was kept back is whole: it passes, unless a call in it may not.</summary>
    private void EndCalls()
    {
        if (_checksCalls)
            Tell(_outputLength > KeptBytesMax
                ? new CallRefusal("tool_not_allowed", "The call of a tool is too long to be checked.", IsWarning: false)
                : _callNames.CloseAll(new CallCheck(_exchange)));
        if (_checksCalls && !IsCut)
            Tell(KeptCalls.Judge(_output.AsSpan(0, _outputLength), _kind, _exchange, _callNames, ref _exchange.Meter.Warning));
        if (!IsCut)
            _told |= _seen & ~_open;
        _keeps = _keepsWhole = false;
    }

    private void PassChunk(
        Span<byte> whole, in SseEvent found, in StreamChunk chunk, ReadOnlySpan<ToolPiece> pieces, Span<byte> events, ref int to)
    {
        ref MeterSection meter = ref _exchange.Meter;
        _open = (_open | chunk.ChoicesSeen) & ~chunk.ChoicesFinished;
        _seen |= chunk.ChoicesSeen;
        meter.ChoicesFinished = BitOperations.PopCount(_seen & ~_open);
        meter.TextBytes += chunk.TextBytes;
        meter.TextEvents += chunk.TextBytes > 0 ? 1 : 0;
        if (chunk.HasUsage)
            (meter.HasUsage, meter.Usage) = (true, chunk.Usage);
        meter.StreamEnded |= chunk.IsDone || chunk.IsTerminal || chunk.IsUsageOnly || HaveAllFinished();
        bool hides = _exchange.Charge.AsksUsage;
        if (hides && chunk.IsUsageOnly)
            return;

        if (chunk.IsDone && !IsCut && (_exchange.Admission.WantsReceipt || meter.Warning is not null))
        {
            _usesOutput = true;
            Append(StreamEnding.RenderReceipt(_exchange, _kind, _names));
        }

        hides &= chunk.UsageNullEnd > chunk.UsageNullStart;
        if (hides)
        {
            int start = found.DataStart - found.Start + chunk.UsageNullStart;
            int end = found.DataStart - found.Start + chunk.UsageNullEnd;
            whole[end..].CopyTo(whole[start..]);
            whole = whole[..^(end - start)];
        }

        if (_kind == StreamKind.Responses && chunk.IsTerminal && (_exchange.Admission.WantsReceipt || meter.Warning is not null))
            PassWithReceipt(whole, found.DataStart - found.Start, found.DataEnd - found.Start);
        else
            PassOn(whole, events, ref to);

        JoinNames(_outputLength - whole.Length + found.DataStart - found.Start, chunk, hides, pieces);

        // A call of one choice may go on behind the end of another.
        bool isOver = (chunk.HasFinish && _open == 0) || chunk.IsDone || chunk.IsTerminal || _outputLength > KeptBytesMax;
        if (_keeps && isOver)
            EndCalls();
        else if (!_keepsWhole && !_callNames.HasOpen)
            _keeps = false;

        // The end of a choice that is kept back has not been told, and is told in another way when what is kept back does not pass.
        if (!_keeps && !IsCut)
            _told = _seen & ~_open;
    }

    private void JoinNames(int at, in StreamChunk chunk, bool isCut, ReadOnlySpan<ToolPiece> pieces)
    {
        if (_keeps && _checksCalls && _kind != StreamKind.Responses && !_callNames.TryJoin(_output.AsSpan(0, _outputLength), at, chunk, isCut, pieces))
            Cut(null, "tool_not_allowed", "The name of a tool cannot be read.");
    }

    /// <summary>Whether every choice has finished: of several, some may not have begun. What has no bit is never known to have.</summary>
    private bool HaveAllFinished() => _seen != 0 && _open == 0 && BitOperations.PopCount(_seen) >= _exchange.Charge.Choices;

    /// <summary>Passes the last event of a response with the receipt in it.</summary>
    private void PassWithReceipt(ReadOnlySpan<byte> whole, int dataStart, int dataEnd)
    {
        _usesOutput = true;
        int place = ReceiptPlace.Find(whole[dataStart..dataEnd], out bool isFirst);
        if (place >= 0)
        {
            Append(whole[..(dataStart + place)]);
            Append(isFirst ? [] : ","u8);
            Append(StreamEnding.RenderMember(_exchange));
            whole = whole[(dataStart + place)..];
        }

        Append(whole);
    }

    private void PassUnread(Span<byte> whole, in StreamChunk chunk, Span<byte> events, ref int to)
    {
        _exchange.Meter.TextBytes += chunk.TextBytes;
        _exchange.Meter.TextEvents += chunk.TextBytes > 0 ? 1 : 0;
        PassOn(whole, events, ref to);

        // Comments are kept back like anything else.
        if (_keeps && _outputLength > KeptBytesMax)
            EndCalls();
    }

    private void PassOn(ReadOnlySpan<byte> whole, Span<byte> events, ref int to)
    {
        if (_usesOutput)
        {
            Append(whole);
            return;
        }

        whole.CopyTo(events[to..]);
        to += whole.Length;
    }

    /// <summary>Sees to it that enough is set aside for an event before it passes.</summary>
    /// <returns>False when a lease has to be waited for.</returns>
    private bool TryCover(in StreamChunk chunk)
    {
        BudgetTake take = _isBounded && chunk.TextBytes > 0 ? OutputCover.Take(_exchange, chunk.TextBytes) : BudgetTake.Taken;
        if (take == BudgetTake.LimitReached)
            Cut(Refusal.OfStream(_exchange.Kit.Reservation.Budgets, _exchange.Admission.At), "budget_exceeded");
        return take != BudgetTake.LeaseShort;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_outputLength + bytes.Length > _output.Length)
        {
            byte[] larger = _exchange.Kit.Buffers.Rent(Math.Max(_outputLength + bytes.Length, _output.Length * 2));
            _output.AsSpan(0, _outputLength).CopyTo(larger);
            if (_output.Length > 0)
                _exchange.Kit.Buffers.Return(_output);
            _output = larger;
        }

        bytes.CopyTo(_output.AsSpan(_outputLength));
        _outputLength += bytes.Length;
    }
}

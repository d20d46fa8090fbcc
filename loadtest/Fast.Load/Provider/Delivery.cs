using System;
using System.Buffers;
using System.Threading.Tasks;
using Fast.Load.Provider.Records;
using Fast.Load.Provider.Requests;
using Fast.Load.Provider.Scripts;
using Fast.Load.Sockets;

namespace Fast.Load.Provider;

/// <summary>Writes answers to one connection. Each write says whether the connection lives on.</summary>
internal sealed class Delivery(LoopSocket socket, RequestReader reader, Recorder recorder)
{
    private const long NsPerMs = 1_000_000;

    private static readonly byte[] s_lastChunk = "0\r\n\r\n"u8.ToArray();

    /// <summary>Head and body in one write.</summary>
    public ValueTask<bool> SendPlainAsync(Answer answer, RecordedRequest record)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(answer.WireBytesMax);
        int length = answer.Write(buffer, record.Number);
        recorder.BeginAnswer(answer, record);
        ValueTask<int> sent = socket.SendAsync(buffer.AsMemory(0, length));
        return sent.IsCompleted ? new ValueTask<bool>(EndPlain(sent.Result, buffer, answer, record)) : EndPlainAsync(sent, buffer, answer, record);
    }

    /// <summary>Piece by piece as the script says, while looking out for the peer's end.</summary>
    public async ValueTask<bool> SendScriptedAsync(Answer answer, Script script, ProviderRequest request, RecordedRequest record)
    {
        DeliveryPlan plan = answer.PlanFor(script, request);
        if (await WaitAsync(script.SlowFirstMs) && !(script.Hang && await socket.DelayAsync(long.MaxValue) == 0))
        {
            recorder.BeginAnswer(answer, record);
            if (await SendAsync(plan.Head(record.Number)) && await WaitAsync(script.SlowBodyMs)
                && await SendPiecesAsync(plan, script, record) && await EndAsync(plan))
            {
                recorder.Finish(record, plan.IsCut);
                if (plan.Ending == Ending.Close)
                    await reader.CloseAsync();
                return plan.Ending == Ending.Clean;
            }
        }
        recorder.Abort(record);
        return false;
    }

    private async ValueTask<bool> EndPlainAsync(ValueTask<int> sending, byte[] buffer, Answer answer, RecordedRequest record)
    {
        return EndPlain(await sending, buffer, answer, record);
    }

    private bool EndPlain(int sent, byte[] buffer, Answer answer, RecordedRequest record)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        if (sent < 0)
        {
            recorder.Abort(record);
            return false;
        }
        if (answer.Events is { } events)
        {
            record.EventsWritten = events.Length;
            recorder.CountEvents(record, events.Length, answer.TokensAfter(events.Length));
        }
        recorder.Finish(record, isCut: false);
        return true;
    }

    private async ValueTask<bool> SendPiecesAsync(DeliveryPlan plan, Script script, RecordedRequest record)
    {
        long startNs = LoopClock.NowNs;
        for (int index = 0; index < plan.Count; index++)
        {
            // Against the start, not the event before: a late event does not make the ones after it late.
            long dueNs = startNs + index * script.PaceMs * NsPerMs;
            if (script.PaceMs > 0 && index > 0 && dueNs > LoopClock.NowNs && await socket.DelayAsync(dueNs) == 0)
                return false;
            if (socket.PeerLeft)
                return false;
            bool isSent = script.SplitBytes ? await SendSplitAsync(plan.Piece(index), plan.Framing) : await SendAsync(plan.Wire(index));
            if (!isSent)
                return false;
            if (!plan.IsStream || index >= plan.WholeEvents)
                continue;
            record.EventsWritten++;
            recorder.CountEvents(record, 1, plan.TokensAfter(index + 1) - plan.TokensAfter(index));
        }
        return true;
    }

    private async ValueTask<bool> SendSplitAsync(byte[] piece, Framing framing)
    {
        for (int at = 0; at < piece.Length; at++)
        {
            if (!await SendAsync(framing == Framing.Chunked ? Answer.Chunk(piece.AsSpan(at, 1)) : piece.AsMemory(at, 1)))
                return false;
        }
        return true;
    }

    private async ValueTask<bool> EndAsync(DeliveryPlan plan)
    {
        if (plan.Ending != Ending.Reset)
            return plan.Framing != Framing.Chunked || await SendAsync(s_lastChunk);
        // The peer sees a reset, as when a process behind a load balancer dies.
        socket.Reset();
        return true;
    }

    private async ValueTask<bool> WaitAsync(int ms) => ms == 0 || await socket.DelayAsync(LoopClock.NowNs + ms * NsPerMs) != 0;

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes) == 0;
}

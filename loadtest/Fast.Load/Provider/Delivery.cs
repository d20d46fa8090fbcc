using System;
using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fast.Load.Provider;

/// <summary>Writes answers to one connection. Each write says whether the connection lives on.</summary>
internal sealed class Delivery(Socket socket, RequestReader reader, Recorder recorder)
{
    /// <summary>Head and body in one write.</summary>
    public async ValueTask<bool> SendPlainAsync(Answer answer, RecordedRequest record)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(answer.WireBytesMax);
        int length = answer.Write(buffer, record.Number);
        try
        {
            await SendAsync(buffer.AsMemory(0, length));
        }
        catch (SocketException)
        {
            recorder.Abort(record);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        record.EventsWritten = answer.Events?.Length ?? 0;
        record.Finished = Moment.Now();
        return true;
    }

    /// <summary>Piece by piece as the script says, while listening for the peer's end.</summary>
    public async ValueTask<bool> SendScriptedAsync(Answer answer, Script script, ProviderRequest request, RecordedRequest record)
    {
        CancellationTokenSource gone = new();
        _ = reader.WatchAsync(gone);
        try
        {
            if (script.SlowFirstMs > 0)
                await Task.Delay(script.SlowFirstMs, gone.Token);
            if (script.Hang)
                await Task.Delay(Timeout.Infinite, gone.Token);
            DeliveryPlan plan = new(answer, script, request);
            await SendAsync(plan.Head(record.Number));
            if (script.SlowBodyMs > 0)
                await Task.Delay(script.SlowBodyMs, gone.Token);
            await SendPiecesAsync(plan, script, record, gone.Token);
            return await EndAsync(plan, record);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            recorder.Abort(record);
            return false;
        }
    }

    private async ValueTask SendPiecesAsync(DeliveryPlan plan, Script script, RecordedRequest record, CancellationToken gone)
    {
        long start = Stopwatch.GetTimestamp();
        for (int index = 0; index < plan.Count; index++)
        {
            // Against the start, not the event before: a late event does not make the ones after it late.
            double wait = index * (double)script.PaceMs - Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (wait > 0)
                await Task.Delay((int)Math.Ceiling(wait), gone);
            gone.ThrowIfCancellationRequested();
            if (script.SplitBytes)
                await SendSplitAsync(plan.Piece(index), plan.Framing);
            else
                await SendAsync(plan.Framing == Framing.Chunked ? Answer.Chunk(plan.Piece(index)) : plan.Piece(index));
            if (plan.IsStream && index < plan.WholeEvents)
                record.EventsWritten++;
        }
    }

    private async ValueTask SendSplitAsync(byte[] piece, Framing framing)
    {
        for (int at = 0; at < piece.Length; at++)
            await SendAsync(framing == Framing.Chunked ? Answer.Chunk(piece.AsSpan(at, 1)) : piece.AsMemory(at, 1));
    }

    private async ValueTask<bool> EndAsync(DeliveryPlan plan, RecordedRequest record)
    {
        if (plan.Ending == Ending.Reset)
        {
            // No linger: the peer sees a reset, as when a process behind a load balancer dies.
            socket.LingerState = new LingerOption(true, 0);
            socket.Close(0);
            record.Finished = Moment.Now();
            return false;
        }
        if (plan.Framing == Framing.Chunked)
            await SendAsync("0\r\n\r\n"u8.ToArray());
        record.Finished = Moment.Now();
        if (plan.Ending == Ending.Clean)
            return true;
        await reader.CloseAsync();
        return false;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }
}

using System;
using System.Net;
using System.Threading.Tasks;
using Fast.Load.Load;
using Fast.Load.Sockets;

namespace Fast.Load.Streams;

/// <summary>One stream that is opened and then read for as long as it lives.</summary>
internal sealed class HeldStream(EventLoop loop, StreamPlan plan, StreamTally tally, byte[] buffer)
{
    private readonly AnswerReader _answer = new(plan.Check, isStream: true);
    private LoopSocket? _socket;

    /// <summary>True when the request is with the target; the answer is read from then on.</summary>
    public async ValueTask<bool> OpenAsync(IPAddress? source)
    {
        _socket = LoopSocket.Create(loop, plan.Address.AddressFamily, out int error);
        if (_socket is not null)
        {
            error = source is null ? 0 : _socket.Bind(new IPEndPoint(source, 0), isOutgoing: true);
            if (error == 0)
                error = await _socket.ConnectAsync(plan.Address);
            if (error == 0)
                error = await _socket.SendAsync(plan.Request);
        }
        if (error == 0)
        {
            tally.Open++;
            _ = ReadAsync(_socket!);
            return true;
        }
        Close();
        tally.Fail("open: " + SocketErrors.NameOf(error));
        return false;
    }

    public void Close() => _socket?.Dispose();

    private async Task ReadAsync(LoopSocket socket)
    {
        _answer.Begin(tally.EventGapNs);
        int events = 0;
        while (!_answer.IsDone)
        {
            int received = await socket.ReceiveAsync(buffer);
            if (received == -SocketErrors.Cancelled)
                return;
            if (received > 0)
                _answer.Read(buffer.AsSpan(0, received), LoopClock.NowNs);
            else
                _answer.End(received < 0 ? SocketErrors.NameOf(received) : null);
            if (events == 0 && _answer.Events > 0)
                tally.Begun++;
            tally.Events += _answer.Events - events;
            events = _answer.Events;
        }
        tally.Open--;
        if (_answer.Failure is { } failure)
            tally.Fail(failure);
        else
            tally.Ended++;
        socket.Dispose();
    }
}

/// <summary>Where streams are opened, and with which request.</summary>
internal sealed record StreamPlan(IPEndPoint Address, byte[] Request, int Count)
{
    public AnswerCheck Check { get; } = new(200, 0, null, 0);
}

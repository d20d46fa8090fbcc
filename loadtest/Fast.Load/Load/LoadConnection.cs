using System;
using System.Threading.Tasks;
using Fast.Load.Sockets;

namespace Fast.Load.Load;

/// <summary>One connection that sends one request after another, each when the engine has one due.</summary>
internal sealed class LoadConnection(EventLoop loop, LoadEngine engine, LoadPlan plan, byte[] buffer)
{
    // A target that refuses is not asked more often than this, so that a closed loop does not spin.
    private const long RefusedPauseNs = 10_000_000;

    private readonly LoopOperation _turn = new();
    private readonly LoopDelay _pause = new(loop);
    private readonly AnswerReader _answer = new(plan.Check, plan.IsStream);
    private LoopSocket? _socket;
    private LoadSlice? _slice;
    private long _intendedNs;
    private bool _isBusy;
    private bool _isAbandoned;
    private bool _isClosed;

    /// <summary>Connects where there is no connection; null, or why that failed.</summary>
    public async ValueTask<string?> ConnectAsync()
    {
        if (_socket is { PeerLeft: true })
            Close();
        if (_socket is not null)
            return null;
        LoopSocket? socket = LoopSocket.Create(loop, plan.Address.AddressFamily, out int error);
        if (socket is not null)
        {
            _socket = socket;
            error = await socket.ConnectAsync(plan.Address);
            if (error == 0)
                return null;
            Close();
        }
        return "connect: " + SocketErrors.NameOf(error);
    }

    /// <summary>Runs until the engine closes it.</summary>
    public async Task RunAsync()
    {
        while (await TurnAsync() != 0)
        {
            string? failure = _socket is { PeerLeft: false } ? null : await ConnectAsync();
            if (failure is not null && !_isAbandoned)
                await _pause.UntilAsync(LoopClock.NowNs + RefusedPauseNs);
            int sent = failure is null ? await _socket!.SendAsync(plan.Request) : 0;
            if (sent < 0)
                failure = "send: " + SocketErrors.NameOf(sent);
            _answer.Begin(_slice!.Result.EventGapNs);
            long nowNs = 0;
            while (failure is null && !_answer.IsDone)
            {
                int received = await _socket!.ReceiveAsync(buffer);
                nowNs = LoopClock.NowNs;
                if (received <= 0)
                    _answer.End(received < 0 ? SocketErrors.NameOf(received) : null);
                else
                {
                    _slice.Result.BytesIn += received;
                    _answer.Read(buffer.AsSpan(0, received), nowNs);
                }
            }
            Finish(failure ?? _answer.Failure, nowNs);
        }
        Close();
    }

    /// <summary>Goes on with a request that is due. The connection is idle.</summary>
    public void Give(LoadSlice slice, long intendedNs)
    {
        Take(slice, intendedNs);
        _turn.Complete(1);
    }

    /// <summary>Gives up the request under way, if any, and the connection with it.</summary>
    public void Abandon()
    {
        if (!_isBusy)
            return;
        _isAbandoned = true;
        _pause.Interrupt();
        Close();
    }

    /// <summary>Ends the connection for good.</summary>
    public void End()
    {
        _isClosed = true;
        Abandon();
        if (_turn.IsPending)
            _turn.Complete(0);
    }

    private ValueTask<int> TurnAsync()
    {
        if (_isClosed)
            return new ValueTask<int>(0);
        if (engine.TryTake(out LoadSlice? slice, out long intendedNs))
        {
            Take(slice, intendedNs);
            return new ValueTask<int>(1);
        }
        ValueTask<int> turn = _turn.Begin();
        engine.Rest(this);
        return turn;
    }

    private void Take(LoadSlice slice, long intendedNs)
    {
        _slice = slice;
        _intendedNs = intendedNs;
        _isBusy = true;
        _isAbandoned = false;
    }

    private void Finish(string? failure, long nowNs)
    {
        _isBusy = false;
        LoadSlice slice = _slice!;
        if (_isAbandoned)
            slice.Abandon();
        else if (failure is null)
            slice.Complete(_answer, _intendedNs, nowNs);
        else
            slice.Fail(failure);
        if (_isAbandoned || !_answer.IsDone || !_answer.KeepsAlive)
            Close();
        engine.Progress.CountEnd(failure is null && !_isAbandoned, _answer.Events);
    }

    private void Close()
    {
        LoopSocket? socket = _socket;
        _socket = null;
        socket?.Dispose();
    }
}

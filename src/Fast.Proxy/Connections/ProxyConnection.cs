using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Proxy.Accounting;
using Fast.Proxy.Exchanges;
using Fast.Proxy.Faults;
using Fast.Proxy.Relay;
using Fast.Proxy.Snapshots;
using Fast.Proxy.Stages;
using Fast.Proxy.Waiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Fast.Proxy.Connections;

/// <summary>
/// One caller's connection: request after request, each answered before the next is read, so that pipelined ones are answered in order.
/// It owns what its exchanges use, and the three ways a connection can end: kept too long, asked to close, broken.
/// </summary>
internal sealed class ProxyConnection
{
    /// <summary>How long a refused caller is listened to, so that closing does not throw away the answer it has not read yet.</summary>
    private const int LingerMs = 1000;

    private readonly ConnectionContext _connection;
    private readonly PipeReader _input;
    private readonly ConnectionKit _kit;
    private readonly Exchange _exchange;
    private readonly SnapshotSource _snapshots;
    private long _closeDue;

    public ProxyConnection(ConnectionContext connection, ConnectionKit kit, SnapshotSource snapshots, bool callerIsLocal)
    {
        _connection = connection;
        _input = connection.Transport.Input;
        _kit = kit;
        _snapshots = snapshots;
        _exchange = new Exchange(_input, connection.Transport.Output, kit) { CallerIsLocal = callerIsLocal };
    }

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task RunAsync(bool refuse)
    {
        using CancellationTokenRegistration gone =
            _connection.ConnectionClosed.UnsafeRegister(static state => ((ProxyConnection)state!)._kit.Abort.CallerLeft(), this);
        try
        {
            await (refuse ? RefuseAsync() : ServeAsync());
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // The caller broke the connection off: that is its right, and there is nobody left to tell.
        }
        catch (Exception bug)
        {
            ProxyLog.ConnectionBroke(_kit.Log, bug);
        }
        finally
        {
            _exchange.Reset();
            _kit.LastKey.Wipe();
            BoundClose();
        }
    }

    /// <summary>
    /// What was written may still wait in the transport for a caller that does not read, and Kestrel waits with it. Its own heartbeat
    /// goes on until the socket is closed: it breaks the connection off when that takes longer than a write may.
    /// </summary>
    private void BoundClose()
    {
        _closeDue = Environment.TickCount64 + _kit.Limits.WriteTimeoutMs;
        _connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ProxyConnection)state).CheckClose(), this);
    }

    private void CheckClose()
    {
        if (Environment.TickCount64 > _closeDue)
            _connection.Abort();
    }

    /// <summary>Asked by the heartbeat: has what this connection waits for taken too long?</summary>
    public void Check(long now)
    {
        // Seen before the deadline fires: if the connection has gone on since, the deadline has too, and does not fire.
        CancellationTokenSource source = _kit.Abort.Source;
        if (_kit.Deadline.TryFire(now, out Wait wait))
            ThreadPool.UnsafeQueueUserWorkItem(static fired => fired.Connection.End(fired.Wait, fired.Source), (Connection: this, Wait: wait, Source: source), preferLocal: false);
    }

    /// <summary>Wakes the connection, so that it closes if it only waits for a next request.</summary>
    public void Wake() => _input.CancelPendingRead();

    /// <summary>Ends whatever an exchange waits for, once <see cref="ConnectionKit.IsStopping"/> says so. It has yet to tell its caller.</summary>
    public void Stop()
    {
        try
        {
            _kit.Abort.CancelForGood();
            Wake();
        }
        catch (ObjectDisposedException)
        {
            // The connection has just ended by itself.
        }
    }

    /// <summary>Breaks the connection off.</summary>
    public void BreakOff() => _connection.Abort();

    private void End(Wait wait, CancellationTokenSource source)
    {
        try
        {
            if (wait is Wait.NextRequest or Wait.Head or Wait.Body)
            {
                _input.CancelPendingRead();
                return;
            }

            if (wait == Wait.CallerToRead)
                _connection.Abort();
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended by itself between the heartbeat's look and now.
        }
    }

    private async Task ServeAsync()
    {
        Turn turn = default;
        while (await ReadHeadAsync() is { } fault)
        {
            _exchange.Begin(_snapshots.Current);
            if (fault == Fault.None)
            {
                _exchange.Body.Begin(_exchange.Head);
                await ExchangePipeline.RunAsync(_exchange);
            }
            else
            {
                Refuse(fault, _exchange.Head.State.Reason);
            }

            if (!await FinishAsync())
                return;

            // Where the other sides are as quick as ours, the next request is here before this call returns, and the one behind it too.
            bool waited = _exchange.Time.HasWaited;
            _exchange.Reset();
            if (turn.IsOver(waited, Turn.Exchange, 0))
                await Task.Yield();
        }
    }

    private async Task RefuseAsync()
    {
        _exchange.Begin(_snapshots.Current);
        Refuse(Fault.ConnectionsFull, "");
        await FinishAsync();
    }

    private void Refuse(Fault fault, string reason)
    {
        _exchange.Answer.KeepAlive = false;
        _exchange.Fail(fault, reason);
        AccountStage.Run(_exchange);
    }

    /// <summary>Reads the next head.</summary>
    /// <returns>Null when there is none and the connection is to be closed; else what is wrong with it, or nothing.</returns>
    [AsyncMethodBuilder(typeof(KeptMethodBuilder<>))]
    private async ValueTask<Fault?> ReadHeadAsync()
    {
        HeadReader reader = new(_exchange.Head, _kit.Limits.HeadBytesMax);
        _kit.Deadline.Arm(Wait.NextRequest, _kit.Limits.IdleTimeoutMs);
        while (true)
        {
            ReadResult read = await _input.ReadAsync();
            ReadOnlySequence<byte> arrived = read.Buffer;
            if (_kit.Deadline.Fired != Wait.Nothing)
            {
                _input.AdvanceTo(arrived.Start, arrived.End);
                return reader.Begun ? Fault.HeadTimeout : null;
            }

            if (arrived.IsEmpty)
            {
                _input.AdvanceTo(arrived.Start);
                if (read.IsCompleted || ((_kit.IsDraining || _kit.IsStopping) && !reader.Begun))
                    return null;
                if (_kit.IsStopping)
                    return Fault.GatewayStopping;
                continue;
            }

            bool begun = reader.Begun;
            Fault? outcome = reader.Take(arrived, out SequencePosition consumed);
            _input.AdvanceTo(consumed);
            if (!begun && reader.Begun)
                _kit.Deadline.Arm(Wait.Head, _kit.Limits.HeadTimeoutMs);
            if (outcome is null && _kit.IsStopping)
                return Fault.GatewayStopping;
            if (outcome is null)
                continue;

            // Fired in this very moment: then a cancelled read may still be on its way, and the connection cannot be trusted further.
            return _kit.Deadline.Disarm() == Wait.Nothing ? outcome : Fault.HeadTimeout;
        }
    }

    /// <summary>Sees an exchange off: its answer is out, and what is left of its request is in.</summary>
    /// <returns>Whether the connection may serve another.</returns>
    private async ValueTask<bool> FinishAsync()
    {
        _kit.Deadline.EndExchange();
        if (!_exchange.Answer.Started)
            FaultAnswer.Write(_exchange);
        if (!_exchange.Answer.Started)
            return false;

        _kit.Deadline.Arm(Wait.CallerToRead, _kit.Limits.WriteTimeoutMs);
        FlushResult flush = await _exchange.Output.FlushAsync();
        if (_kit.Deadline.Disarm() != Wait.Nothing || flush.IsCompleted)
            return false;

        if (_exchange.Answer.CutShort)
        {
            // For an HTTP/1.0 caller the close is the end mark: unless an event has told it, the fault is told by breaking the connection.
            if (!_exchange.Head.IsHttp11 && !_exchange.Answer.FaultTold)
                _connection.Abort();
            return false;
        }

        if (!_exchange.Answer.KeepAlive)
        {
            if (_exchange.Fault != Fault.None)
                await LingerAsync();
            return false;
        }

        return !_exchange.Body.Unread || await _exchange.Body.DrainAsync() == Fault.None;
    }

    /// <summary>
    /// Listens on for a moment after a last answer: closing while the caller's bytes are still arriving would reset the connection and
    /// may take the answer with it (RFC 9112 9.6).
    /// </summary>
    private async ValueTask LingerAsync()
    {
        _kit.Deadline.Arm(Wait.Body, LingerMs);
        Turn turn = default;
        while (true)
        {
            ValueTask<ReadResult> reading = _input.ReadAsync();
            bool waited = !reading.IsCompleted;
            ReadResult read = await reading;
            int bytes = (int)read.Buffer.Length;
            _input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || _kit.Deadline.Fired != Wait.Nothing)
                break;
            if (turn.IsOver(waited, 1, bytes))
                await Task.Yield();
        }

        _kit.Deadline.Disarm();
    }
}

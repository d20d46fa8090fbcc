using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Fast.Proxy.Sockets;

/// <summary>
/// One direction of a socket: whether there may be something to do for it, and who waits for that. One waits at a time. The state is a word
/// that the poller, who waits, who gives up and who closes change by exchanges; whoever takes it out of <see cref="Waiting"/> ends the wait.
/// What waited goes on inside, on the thread that brought the news.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="sends">Whether this is the direction away from Fast.</param>
internal sealed class SocketWait(PolledSocket socket, bool sends) : IValueTaskSource<int>
{
    /// <summary>The kernel had nothing when it was last asked, and has told of nothing since.</summary>
    private const int Quiet = 0;

    /// <summary>There may be something: ask.</summary>
    private const int News = 1;

    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<int> _source;
    private Memory<byte> _memory;
    private CancellationToken _stopped;
    private CancellationTokenRegistration _registration;
    private int _state = sends ? News : Quiet;
    private int _isInterrupted;

    /// <summary>Whether it is worth asking the kernel.</summary>
    public bool HasNews => Volatile.Read(ref _state) == News;

    /// <summary>Called before the kernel is asked: what it tells from now on is new.</summary>
    public void Look() => Interlocked.Exchange(ref _state, Quiet);

    /// <summary>Called by whoever has asked the kernel, when it may have more.</summary>
    public void KeepNews() => Volatile.Write(ref _state, News);

    /// <summary>Forgets that it was interrupted.</summary>
    /// <returns>Whether it was.</returns>
    public bool TakeInterrupt() => Volatile.Read(ref _isInterrupted) != 0 && Interlocked.Exchange(ref _isInterrupted, 0) != 0;

    /// <summary>Waits for news and does what they allow: for no memory nothing, else one receive or send.</summary>
    /// <param name="memory">What is received into or sent from.</param>
    /// <param name="stopped">Ends the wait.</param>
    /// <returns>Bytes moved; 0 also for who has waited without memory, or was interrupted.</returns>
    public ValueTask<int> WaitAsync(Memory<byte> memory, CancellationToken stopped)
    {
        _source.Reset();
        short version = _source.Version;
        (_memory, _stopped) = (memory, stopped);

        // Before the wait can end: who ends it disposes of this.
        if (stopped.CanBeCanceled)
            _registration = stopped.UnsafeRegister(static self => ((SocketWait)self!).EndEarly(), this);
        while (!TryWait())
        {
            int done = Do();
            if (done != PolledSocket.NothingYet)
            {
                Forget();
                return done >= 0 ? new(done) : ValueTask.FromException<int>(PolledSocket.Failure(done));
            }
        }

        return new ValueTask<int>(this, version);
    }

    /// <summary>News from the poller.</summary>
    public void OnNews()
    {
        // News that nobody has taken up say the same.
        if (Volatile.Read(ref _state) == News || Interlocked.Exchange(ref _state, News) != Waiting)
            return;

        int done = Do();
        if (done != PolledSocket.NothingYet)
            End(done);
        else
            WaitOn();
    }

    /// <summary>Ends the wait that is under way, or the next one.</summary>
    public void Interrupt()
    {
        Interlocked.Exchange(ref _isInterrupted, 1);
        EndEarly();
    }

    /// <summary>
    /// Ends the wait because there is a reason to: it was given up or interrupted, or the socket is closed. Whoever had the reason may come late,
    /// when that wait is over and the next one has begun: that one goes on, because its owner would take 0 bytes for the connection's end.
    /// </summary>
    public void EndEarly()
    {
        if (Interlocked.CompareExchange(ref _state, Quiet, Waiting) != Waiting)
            return;

        if (_stopped.IsCancellationRequested)
            _source.SetException(new OperationCanceledException(_stopped));
        else if (socket.IsClosed)
            End(-Libc.Cancelled);
        else if (Volatile.Read(ref _isInterrupted) != 0)
            End(0);
        else
            WaitOn();
    }

    /// <inheritdoc/>
    public int GetResult(short token)
    {
        Forget();
        return _source.GetResult(token);
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Goes back to wait, and does what news that come meanwhile allow.</summary>
    private void WaitOn()
    {
        while (!TryWait())
        {
            int done = Do();
            if (done != PolledSocket.NothingYet)
            {
                End(done);
                return;
            }
        }
    }

    /// <summary>Waits, unless there are news.</summary>
    private bool TryWait()
    {
        if (Interlocked.CompareExchange(ref _state, Waiting, Quiet) != Quiet)
            return false;

        // Whoever had a reason to end the wait a moment ago has found none.
        if (_stopped.IsCancellationRequested || Volatile.Read(ref _isInterrupted) != 0 || socket.IsClosed)
            EndEarly();
        return true;
    }

    private int Do() => _memory.IsEmpty ? 0 : sends ? socket.Send(_memory.Span) : socket.Receive(_memory.Span);

    /// <summary>Lets go of what was waited with: a connection that idles keeps nobody's memory.</summary>
    private void Forget()
    {
        _registration.Dispose();
        (_registration, _memory, _stopped) = (default, default, default);
    }

    private void End(int done)
    {
        if (done >= 0)
            _source.SetResult(done);
        else
            _source.SetException(PolledSocket.Failure(done));
    }
}

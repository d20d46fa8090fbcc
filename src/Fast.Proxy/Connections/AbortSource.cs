using System.Threading;

namespace Fast.Proxy.Connections;

/// <summary>
/// The token that ends what an exchange is doing upstream: because the caller went away, because a wait was too long, or because the process
/// ends. One source serves exchange after exchange; only one that was used up is replaced.
/// </summary>
internal sealed class AbortSource
{
    private volatile CancellationTokenSource _source = new();
    private volatile bool _callerGone;
    private volatile bool _forGood;

    public CancellationToken Token => _source.Token;

    /// <summary>The source that is current now; a deadline that fires cancels the one it saw while it was armed.</summary>
    public CancellationTokenSource Source => _source;

    /// <summary>Whether the caller has closed its side. Fast takes that as gone, as other HTTP servers do.</summary>
    public bool CallerGone => _callerGone;

    /// <summary>The caller is gone: end everything now and later.</summary>
    public void CallerLeft()
    {
        _callerGone = true;
        CancelForGood();
    }

    /// <summary>Ends everything now and later, whoever wants it.</summary>
    public void CancelForGood()
    {
        // A source that is put in this one's place at this moment is either seen here, or sees this.
        _forGood = true;
        Interlocked.MemoryBarrier();
        _source.Cancel();
    }

    /// <summary>Makes sure that a wait that ended badly does not end the next thing too.</summary>
    /// <param name="deadlineFired">Whether a deadline fired: then the source is used up, even if it is not cancelled yet.</param>
    public void Renew(bool deadlineFired)
    {
        if (!deadlineFired && !_source.IsCancellationRequested)
            return;

        // Not disposed: a heartbeat may be about to cancel it, and without a timer it holds nothing.
        _source = new CancellationTokenSource();
        Interlocked.MemoryBarrier();
        if (_forGood)
            _source.Cancel();
    }
}

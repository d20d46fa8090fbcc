using System.Threading;

namespace Fast.Load.Load;

/// <summary>How far an engine is, for other threads to look at. The numbers grow from slice to slice.</summary>
public sealed class LoadProgress
{
    private long _sent;
    private long _completed;
    private long _failed;
    private long _events;
    private long _waiting;

    /// <summary>Requests that were sent.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Requests that were answered as they must be.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Requests that failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Events of streams that have come.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Requests that are due and find no free connection.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    internal void CountSent(long waiting)
    {
        Volatile.Write(ref _sent, _sent + 1);
        Volatile.Write(ref _waiting, waiting);
    }

    internal void CountEnd(bool isGood, long events)
    {
        if (isGood)
            Volatile.Write(ref _completed, _completed + 1);
        else
            Volatile.Write(ref _failed, _failed + 1);
        Volatile.Write(ref _events, _events + events);
    }
}

using System.Threading;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Accounting;

/// <summary>What a gateway has done since it started. Each count is one word; reading them all is not one moment.</summary>
public sealed class ProxyCounters
{
    private readonly long[] _faults = new long[FaultTable.Rows.Length];
    private long _connections;
    private long _begun;
    private long _ended;
    private long _failureLoggedMs;

    /// <summary>Connections open now.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Exchanges whose head was read.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Exchanges that were accounted for.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Exchanges that ended with this fault; with <see cref="Fault.None"/>, those that ended well.</summary>
    public long EndedWith(Fault fault) => Interlocked.Read(ref _faults[(int)fault]);

    /// <summary>Whether a failed attempt may be logged now: at most one a second, so that an outage does not fill the disk.</summary>
    internal bool MayLogFailure(long nowMs)
    {
        long last = Interlocked.Read(ref _failureLoggedMs);
        return (last == 0 || nowMs - last >= 1000) && Interlocked.CompareExchange(ref _failureLoggedMs, nowMs, last) == last;
    }

    internal long OnConnectionOpened() => Interlocked.Increment(ref _connections);

    internal void OnConnectionClosed() => Interlocked.Decrement(ref _connections);

    internal void OnBegun() => Interlocked.Increment(ref _begun);

    internal void OnEnded(Fault fault)
    {
        Interlocked.Increment(ref _faults[(int)fault]);
        Interlocked.Increment(ref _ended);
    }
}

using System.Diagnostics;
using Fast.Proxy.Accounting;

namespace Fast.Proxy.Exchanges;

/// <summary>How much of an exchange's time was Fast's own: everything but the waits for the caller and for the upstream.</summary>
public struct OwnTime
{
    private long _begun;
    private long _waited;
    private long _waitBegun;
    private long _own;

    /// <summary>The head is there; the exchange begins.</summary>
    public void Begin()
    {
        _begun = Stopwatch.GetTimestamp();
        _waited = _waitBegun = 0;
        _own = ExchangeAccount.NoTime;
    }

    /// <summary>Somebody else's turn.</summary>
    public void BeginWait() => _waitBegun = Stopwatch.GetTimestamp();

    /// <summary>Our turn again. Nothing happens when it was ours all the time.</summary>
    public void EndWait()
    {
        if (_waitBegun != 0)
            _waited += Stopwatch.GetTimestamp() - _waitBegun;
        _waitBegun = 0;
    }

    /// <summary>A provider's answer begins: what follows is its time and the caller's.</summary>
    /// <returns>Microseconds of our own up to here.</returns>
    public long Stop() => _own = Microseconds(Stopwatch.GetTimestamp() - _begun - _waited);

    /// <summary>Whether the exchange has had to wait for anybody, and others have had their turn meanwhile.</summary>
    public readonly bool HasWaited => _waited != 0;

    /// <summary>What <see cref="Stop"/> returned; <see cref="ExchangeAccount.NoTime"/> before it was called.</summary>
    public readonly long OwnMicroseconds => _own;

    /// <summary>Microseconds since the exchange began, whosever they were.</summary>
    public readonly long WholeMicroseconds => Microseconds(Stopwatch.GetTimestamp() - _begun);

    private static long Microseconds(long ticks) => ticks * 1_000_000 / Stopwatch.Frequency;
}

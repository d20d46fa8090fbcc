using System.Diagnostics;

namespace Fast.Proxy.Exchanges;

/// <summary>How much of an exchange's time was Fast's own: everything but the waits for the caller and for the upstream.</summary>
public struct OwnTime
{
    private long _begun;
    private long _waited;
    private long _waitBegun;

    /// <summary>The head is there; the exchange begins.</summary>
    public void Begin()
    {
        _begun = Stopwatch.GetTimestamp();
        _waited = _waitBegun = 0;
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

    /// <summary>Microseconds of our own so far.</summary>
    public readonly long Microseconds => (Stopwatch.GetTimestamp() - _begun - _waited) * 1_000_000 / Stopwatch.Frequency;
}

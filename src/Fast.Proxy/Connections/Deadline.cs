using System;
using System.Threading;

namespace Fast.Proxy.Connections;

/// <summary>
/// The one thing a connection waits for, and until when: one 64-bit word that the connection writes and the heartbeat reads, so that
/// arming a timeout costs an exchange of a word and no timer. Either the connection disarms it or the heartbeat fires it, never both.
/// </summary>
internal sealed class Deadline
{
    private const int WaitBits = 4;

    // (due << WaitBits) | wait. Negated once fired; 0 when nothing is armed.
    private long _word;
    private long _totalDue = long.MaxValue;
    private bool _hasFired;

    /// <summary>What fired and was not disarmed yet.</summary>
    public Wait Fired => Volatile.Read(ref _word) is < 0 and long word ? WaitOf(-word) : Wait.Nothing;

    /// <summary>Sets the end of the whole exchange, which no later wait outlasts.</summary>
    public void BeginExchange(int totalMs) => _totalDue = Environment.TickCount64 + totalMs;

    /// <summary>Waits for something else from now on. What has fired stays fired.</summary>
    public void Arm(Wait wait, long ms)
    {
        long due = Environment.TickCount64 + ms;
        if (wait == Wait.Body)
            due = Math.Min(due, _totalDue);
        else if (wait is Wait.FirstToken or Wait.BetweenTokens && due > _totalDue)
            (due, wait) = (_totalDue, Wait.Total);

        long before = Interlocked.Exchange(ref _word, (due << WaitBits) | (byte)wait);
        if (before < 0)
            Interlocked.Exchange(ref _word, before);
    }

    /// <summary>Stops waiting.</summary>
    /// <returns>What had fired, or <see cref="Wait.Nothing"/>.</returns>
    public Wait Disarm()
    {
        long before = Interlocked.Exchange(ref _word, 0);
        _hasFired |= before < 0;
        return before < 0 ? WaitOf(-before) : Wait.Nothing;
    }

    /// <summary>
    /// Whether a deadline fired that was disarmed since the last call. What it wakes may be on its way still, when what was waited for
    /// has come in the same moment.
    /// </summary>
    public bool TakeHasFired()
    {
        bool fired = _hasFired;
        _hasFired = false;
        return fired;
    }

    /// <summary>Forgets the end of the exchange.</summary>
    public void EndExchange()
    {
        Disarm();
        _totalDue = long.MaxValue;
    }

    /// <summary>Asked by the heartbeat: is it over? Says yes once.</summary>
    public bool TryFire(long now, out Wait wait)
    {
        long word = Volatile.Read(ref _word);
        wait = WaitOf(word);
        return word > 0 && word >> WaitBits <= now && Interlocked.CompareExchange(ref _word, -word, word) == word;
    }

    private static Wait WaitOf(long word) => word > 0 ? (Wait)(word & ((1 << WaitBits) - 1)) : Wait.Nothing;
}

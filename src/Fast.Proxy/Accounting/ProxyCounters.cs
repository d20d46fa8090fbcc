using System;
using System.Threading;
using Fast.Proxy.Dialects;
using Fast.Proxy.Faults;

namespace Fast.Proxy.Accounting;

/// <summary>What a gateway has done since it started. Each count is exact; reading them all is not one moment.</summary>
public sealed class ProxyCounters
{
    // Where each count stands among the cells; the counts of unknown paths are behind those of the endpoints.
    private const int BegunCell = 0;
    private const int RequestBytesCell = 1;
    private const int AnswerBytesCell = 2;
    private const int EventsCell = 3;
    private const int OwnSumCell = 4;
    private const int WholeSumCell = 5;
    private const int CostCell = 6;
    private const int InputTokensCell = 7;
    private const int OutputTokensCell = 8;
    private const int FaultCells = 9;
    private static readonly int s_ownCells = FaultCells + FaultTable.Rows.Length;
    private static readonly int s_wholeCells = s_ownCells + DurationBuckets.Own.Count;
    private static readonly int s_requestCells = s_wholeCells + DurationBuckets.Whole.Count;
    private static readonly int s_count = s_requestCells + ((EndpointTable.Rows.Count + 1) * AnswerCodes.Names.Count);

    private readonly StripedCells _cells = new(s_count);
    private long _connections;
    private long _failureLoggedMs;

    /// <summary>Connections open now.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Exchanges whose head was read.</summary>
    public long Begun => _cells.Sum(BegunCell);

    /// <summary>Exchanges that were accounted for.</summary>
    public long Ended
    {
        get
        {
            long ended = 0;
            for (int fault = 0; fault < FaultTable.Rows.Length; fault++)
                ended += EndedWith((Fault)fault);
            return ended;
        }
    }

    /// <summary>Exchanges that are under way.</summary>
    public long InFlight
    {
        get
        {
            // The end first: one that ends between the two readings must not be missing from the second.
            long ended = Ended;
            return Begun - ended;
        }
    }

    /// <summary>Bytes of request bodies that were read.</summary>
    public long RequestBytes => _cells.Sum(RequestBytesCell);

    /// <summary>Bytes of providers' answers that went to callers, without framing.</summary>
    public long AnswerBytes => _cells.Sum(AnswerBytesCell);

    /// <summary>Events of streamed answers that went to callers.</summary>
    public long Events => _cells.Sum(EventsCell);

    /// <summary>What exchanges cost, in nano-dollars.</summary>
    public long Cost => _cells.Sum(CostCell);

    /// <summary>Tokens that models read.</summary>
    public long InputTokens => _cells.Sum(InputTokensCell);

    /// <summary>Tokens that models made.</summary>
    public long OutputTokens => _cells.Sum(OutputTokensCell);

    /// <summary>Time of Fast's own up to the head of a provider's answer, of every exchange that got one.</summary>
    public DurationReading OwnTime => Read(DurationBuckets.Own, s_ownCells, OwnSumCell);

    /// <summary>Time from head to end of every exchange for which a provider was asked.</summary>
    public DurationReading WholeTime => Read(DurationBuckets.Whole, s_wholeCells, WholeSumCell);

    /// <summary>Exchanges that ended with this fault; with <see cref="Fault.None"/>, those that ended well.</summary>
    public long EndedWith(Fault fault) => _cells.Sum(FaultCells + (int)fault);

    /// <summary>Exchanges at an endpoint that were answered with a status.</summary>
    /// <param name="endpoint">The endpoint, or null for requests that asked for none.</param>
    /// <param name="slot">The status, as <see cref="AnswerCodes"/> numbers them.</param>
    public long Answered(Endpoint? endpoint, int slot) => _cells.Sum(CellOf(endpoint, slot));

    /// <summary>Whether a failed attempt may be logged now: at most one a second, so that an outage does not fill the disk.</summary>
    internal bool MayLogFailure(long nowMs)
    {
        long last = Interlocked.Read(ref _failureLoggedMs);
        return (last == 0 || nowMs - last >= 1000) && Interlocked.CompareExchange(ref _failureLoggedMs, nowMs, last) == last;
    }

    internal long OnConnectionOpened() => Interlocked.Increment(ref _connections);

    internal void OnConnectionClosed() => Interlocked.Decrement(ref _connections);

    internal void OnBegun() => Interlocked.Increment(ref _cells.Mine[BegunCell]);

    internal void OnEnded(in ExchangeAccount account)
    {
        Span<long> mine = _cells.Mine;
        Interlocked.Increment(ref mine[CellOf(account.Endpoint, AnswerCodes.SlotOf(account.Status))]);
        Add(mine, RequestBytesCell, account.RequestBytes);
        Add(mine, AnswerBytesCell, account.AnswerBytes);
        Add(mine, EventsCell, account.Events);
        Add(mine, CostCell, account.Cost);
        Add(mine, InputTokensCell, account.InputTokens);
        Add(mine, OutputTokensCell, account.OutputTokens);
        Add(mine, DurationBuckets.Own, s_ownCells, OwnSumCell, account.OwnMicroseconds);
        Add(mine, DurationBuckets.Whole, s_wholeCells, WholeSumCell, account.WholeMicroseconds);

        // Last, because it is what says that the exchange has ended: whoever sees it sees the rest.
        Interlocked.Increment(ref mine[FaultCells + (int)account.Fault]);
    }

    private static int CellOf(Endpoint? endpoint, int slot) =>
        s_requestCells + ((endpoint?.Index ?? EndpointTable.Rows.Count) * AnswerCodes.Names.Count) + slot;

    private static void Add(Span<long> mine, int cell, long amount)
    {
        if (amount > 0)
            Interlocked.Add(ref mine[cell], amount);
    }

    private static void Add(Span<long> mine, DurationBuckets buckets, int cells, int sumCell, long microseconds)
    {
        if (microseconds == ExchangeAccount.NoTime)
            return;

        Interlocked.Increment(ref mine[cells + buckets.IndexOf(microseconds)]);
        Add(mine, sumCell, microseconds);
    }

    private DurationReading Read(DurationBuckets buckets, int cells, int sumCell)
    {
        long[] counts = new long[buckets.Count];
        for (int bucket = 0; bucket < counts.Length; bucket++)
            counts[bucket] = _cells.Sum(cells + bucket);
        return new DurationReading(buckets, counts, _cells.Sum(sumCell));
    }
}

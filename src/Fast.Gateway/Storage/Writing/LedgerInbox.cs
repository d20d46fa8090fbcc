using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Fast.Gateway.Storage.Leases;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;

namespace Fast.Gateway.Storage.Writing;

/// <summary>
/// What exchanges hand to the ledger's writer, and how they wake it: once between two commits, whoever comes first. Without work the
/// writer sleeps.
/// </summary>
internal sealed class LedgerInbox
{
    private const int Nothing = 0;
    private const int Soon = 1;
    private const int Now = 2;

    private readonly int _capacity;
    private readonly TimeSpan _gathering;
    private readonly RecordRing _ring;
    private readonly ConcurrentQueue<LeaseRequest> _requests = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly TouchedList<BudgetWindow> _windows = new();
    private readonly TouchedList<RunState> _runs = new();
    private int _places;
    private int _asked;
    private long _dropped;

    /// <param name="capacity">Records that fit, of exchanges under way and of those that wait for the disk.</param>
    /// <param name="gathering">How long the first record waits for others; not at all once half of the room is taken.</param>
    public LedgerInbox(int capacity, TimeSpan gathering)
    {
        (_capacity, _gathering) = (capacity, gathering);
        _ring = new(capacity);
    }

    /// <summary>Records that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Records that wait. The writer's thread.</summary>
    public RecordRing Records => _ring;

    public bool TryTakePlace()
    {
        if (Interlocked.Increment(ref _places) <= _capacity)
            return true;
        Interlocked.Decrement(ref _places);
        return false;
    }

    public void ReturnPlaces(int count) => Interlocked.Add(ref _places, -count);

    public void Add(in LedgerRecord record)
    {
        if (_ring.TryAdd(in record))
            Ask(_ring.IsHalfFull ? Now : Soon);
        else
            Drop();
    }

    /// <summary>Counts a record that is not kept.</summary>
    public void Drop() => Interlocked.Increment(ref _dropped);

    public void Add(LeaseRequest request)
    {
        _requests.Enqueue(request);
        Ask(Now);
    }

    public void Touch(BudgetWindow window)
    {
        if (_windows.TryAdd(window))
            Ask(Soon);
    }

    public void Touch(RunState run)
    {
        if (_runs.TryAdd(run))
            Ask(Soon);
    }

    /// <summary>Wakes the writer.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Sleeps until there is something to write, and then a little longer if nobody waits for it. The writer's thread.</summary>
    /// <param name="most">When to wake up all the same.</param>
    public void Wait(TimeSpan most)
    {
        _wake.WaitOne(most);
        if (Volatile.Read(ref _asked) == Soon)
            _wake.WaitOne(_gathering);
    }

    /// <summary>Says that what is there is about to be taken: what comes from here on asks anew. The writer's thread.</summary>
    public void BeginTaking() => Interlocked.Exchange(ref _asked, Nothing);

    /// <summary>Takes the requests that wait. The writer's thread.</summary>
    public void TakeRequests(List<LeaseRequest> into)
    {
        while (_requests.TryDequeue(out LeaseRequest? request))
            into.Add(request);
    }

    /// <summary>Takes the windows that changed; what changes in them from here on touches them anew. The writer's thread.</summary>
    public void TakeTouched(List<BudgetWindow> into) => _windows.Take(into);

    /// <summary>Takes the runs that changed, each with a hold on it. The writer's thread.</summary>
    public void TakeTouched(List<RunState> into) => _runs.Take(into);

    private void Ask(int urgency)
    {
        // What was added has to be seen by a writer that takes the mark away, before the mark is looked at here.
        Interlocked.MemoryBarrier();
        int asked = Volatile.Read(ref _asked);
        while (asked < urgency)
        {
            int seen = Interlocked.CompareExchange(ref _asked, urgency, asked);
            if (seen == asked)
            {
                _wake.Set();
                return;
            }

            asked = seen;
        }
    }
}

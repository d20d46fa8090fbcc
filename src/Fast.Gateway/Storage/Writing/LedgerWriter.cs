using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Storage.Leases;
using Fast.Gateway.Storage.Runs;
using Fast.Proxy.Policies.Budgets;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Storage.Writing;

/// <summary>
/// The one thread that writes. What has come in since the last commit goes into the next, whole; then those who wait for it go on. What
/// the disk refuses stays in memory and is tried again.
/// </summary>
internal sealed class LedgerWriter
{
    /// <summary>How long anybody waits for the disk, and how long a commit may take before the ledger counts as unhealthy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Attempts at what is left to write when the process ends, a pause apart.</summary>
    private const int LastAttemptsMax = 20;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_cleaningPeriod = TimeSpan.FromDays(1);

    private readonly LedgerInbox _inbox;
    private readonly LedgerStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LedgerSeams _seams;
    private readonly LeaseBooks _books = new();
    private readonly List<LeaseRequest> _waiting = [];
    private readonly List<BudgetWindow> _touched = [];
    private readonly TouchedRuns _runs = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogPace _failures;
    private readonly LogPace _drops;
    private TimeSpan _pause = s_firstPause;
    private long _droppedTold;
    private long _sweptAt;
    private long _cleanedAt;
    private bool _cleaned;
    private bool _failureTold;
    private volatile bool _failed;
    private long _busySince;

    public LedgerWriter(LedgerInbox inbox, LedgerStore store, TimeProvider clock, ILogger log, LedgerSeams seams)
    {
        _inbox = inbox;
        _store = store;
        _clock = clock;
        _log = log;
        _seams = seams;
        _failures = new(clock);
        _drops = new(clock);
        _sweptAt = clock.GetTimestamp();
    }

    /// <summary>Whether the last commit succeeded, and the one under way does not take too long.</summary>
    public bool IsHealthy
    {
        get
        {
            if (_failed)
                return false;
            long since = Interlocked.Read(ref _busySince);
            return since == 0 || _clock.GetElapsedTime(since) < Patience;
        }
    }

    public void Start() => new Thread(Run) { Name = "ledger", IsBackground = true }.Start();

    /// <summary>Has everything written, every lease given back, and the thread end.</summary>
    public Task StopAsync()
    {
        _stop.Set();
        _inbox.Wake();
        return _stopped.Task;
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            if (_failed)
                _stop.Wait(_pause);
            else
                _inbox.Wait(UntilNextChore());
            if (_stop.IsSet)
                break;

            Sweep();
            Pass();
            Clean();
            TellDropped();
        }

        WriteTheLast();
        _stopped.SetResult();
    }

    /// <summary>Everything that has come in, in one transaction.</summary>
    private void Pass()
    {
        _inbox.BeginTaking();

        // In this order: what the runs used up is written with the records that tell of it, and who waits for a lease waits for its run, too.
        int records = _inbox.Records.Count();
        _inbox.TakeRequests(_waiting);
        _runs.Take(_inbox);
        _inbox.TakeTouched(_touched);
        foreach (BudgetWindow window in _touched)
            _books.Touch(window);
        _touched.Clear();

        if (records == 0 && _waiting.Count == 0 && !_books.HasChanges && _runs.Count == 0 && !_failed)
            return;
        if (!TryWrite(() => WriteAll(records)))
        {
            _books.Fail();
            _runs.Fail();
            CompleteWaiting(durable: false);
            return;
        }

        _inbox.Records.Release(records);
        _inbox.ReturnPlaces(records);
        _books.Commit();
        _runs.Commit();
        CompleteWaiting(durable: true);
    }

    private void WriteAll(int records)
    {
        long now = Now();
        for (int i = 0; i < records; i++)
            _store.Add(in _inbox.Records.Read(i));
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_books.Ask(_waiting[i], _store, now))
                continue;
            _waiting[i].Complete(durable: false);
            _waiting.RemoveAt(i);
        }

        _books.Write(_store, now);
        _runs.Write(_store);
    }

    private void CompleteWaiting(bool durable)
    {
        foreach (LeaseRequest request in _waiting)
            request.Complete(durable);
        _waiting.Clear();
    }

    private bool TryWrite(Action write)
    {
        // A timestamp may be 0, which stands for no transaction.
        Interlocked.Exchange(ref _busySince, Math.Max(1, _clock.GetTimestamp()));
        try
        {
            _store.Begin();
            _seams.OnTransaction?.Invoke(_store.Database);
            if (_failed)
                _store.Pulse(Now());
            write();
            _store.Commit(_seams.OnCommitted);
            Recover();
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it is, exchanges must not find the ledger's thread dead.
            Fail(failure);
            return false;
        }
        finally
        {
            Interlocked.Exchange(ref _busySince, 0);
        }
    }

    private void Fail(Exception failure)
    {
        _pause = _failed ? TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, s_longestPause.Ticks)) : s_firstPause;
        bool isNew = !_failed;
        _failed = true;
        if (_failures.MayTell())
        {
            _failureTold = true;
            StorageLog.WritingFailed(_log, failure.Message);
        }

        try
        {
            _store.Rollback();
        }
        catch (StoreException)
        {
            // The next attempt to begin will fail, and be told.
        }

        if (isNew)
            _seams.OnHealth?.Invoke(false);
    }

    private void Recover()
    {
        if (!_failed)
            return;

        _failed = false;
        if (_failureTold)
            StorageLog.WritingAgain(_log);
        _failureTold = false;
        _seams.OnHealth?.Invoke(true);
    }

    private void Sweep()
    {
        if (_clock.GetElapsedTime(_sweptAt) < s_sweepPeriod)
            return;

        _sweptAt = _clock.GetTimestamp();
        _books.Sweep(Now());
    }

    private void Clean()
    {
        if (_failed || (_cleaned && _clock.GetElapsedTime(_cleanedAt) < s_cleaningPeriod))
            return;

        int deleted = 0;
        _cleaned = TryWrite(() => deleted = StoreRetention.DeleteSome(_store.Database, Now())) && deleted == 0;
        _cleanedAt = _clock.GetTimestamp();
    }

    private TimeSpan UntilNextChore()
    {
        if (!_cleaned)
            return TimeSpan.Zero;
        return _books.Count > 0 ? s_sweepPeriod : s_cleaningPeriod;
    }

    private void TellDropped()
    {
        long dropped = _inbox.Dropped;
        if (dropped == _droppedTold || !_drops.MayTell())
            return;

        StorageLog.Dropped(_log, dropped, dropped - _droppedTold);
        _droppedTold = dropped;
    }

    private void WriteTheLast()
    {
        using ManualResetEventSlim never = new();
        for (int attempt = 0; attempt < LastAttemptsMax; attempt++)
        {
            // Twice, because what the first pass takes may be the first word of a window.
            Pass();
            _books.CloseAll();
            Pass();
            if (!_failed)
                break;
            never.Wait(s_firstPause);
        }

        int lost = _inbox.Records.Count();
        if (lost > 0)
            StorageLog.LostAtStop(_log, lost);
        TellDropped();
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}

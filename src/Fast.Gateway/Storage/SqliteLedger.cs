using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Fast.Gateway.Storage.Leases;
using Fast.Gateway.Storage.Writing;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Runs;
using Microsoft.Extensions.Logging;

namespace Fast.Gateway.Storage;

/// <summary>The ledger in an SQLite file of the state folder. Exchanges leave their words in memory; one thread writes them down.</summary>
public sealed class SqliteLedger : ILedger, IAsyncDisposable
{
    private readonly StateFolder _folder;
    private readonly LedgerStore _store;
    private readonly LedgerInbox _inbox;
    private readonly LedgerWriter _writer;
    private readonly TimeProvider _clock;
    private readonly LedgerReader _reader;
    private readonly Lock _reading = new();
    private volatile bool _stopping;

    private SqliteLedger(StateFolder folder, LedgerStore store, LedgerReader reader, TimeProvider clock, ILogger log, LedgerSeams seams)
    {
        _folder = folder;
        _store = store;
        _reader = reader;
        _clock = clock;
        _inbox = new(seams.Capacity, seams.Gathering);
        _writer = new(_inbox, store, clock, log, seams);
    }

    /// <inheritdoc/>
    public bool IsHealthy => _writer.IsHealthy;

    /// <summary>Records that were not kept, because as many as fit in memory already waited for the disk.</summary>
    public long Dropped => _inbox.Dropped;

    /// <summary>Opens the store of a folder, and makes both when they are not there.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="clock">For the age of what is kept, and how long to wait.</param>
    /// <param name="log">Where trouble with the disk is told.</param>
    /// <exception cref="StoreException">It cannot be opened, another process has it, or a later version of Fast wrote it.</exception>
    public static SqliteLedger Open(string folder, TimeProvider clock, ILogger log) => Open(folder, clock, log, new());

    internal static SqliteLedger Open(string folder, TimeProvider clock, ILogger log, LedgerSeams seams)
    {
        StateFolder taken = StateFolder.Take(folder);
        LedgerStore? store = null;
        try
        {
            store = LedgerStore.Open(taken.Database);
            SqliteLedger ledger = new(taken, store, LedgerReader.Open(folder), clock, log, seams);
            ledger._writer.Start();
            return ledger;
        }
        catch
        {
            store?.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryTakePlace() => _inbox.TryTakePlace();

    /// <inheritdoc/>
    public void ReturnPlace() => _inbox.ReturnPlaces(1);

    /// <inheritdoc/>
    public void Record(in LedgerRecord record)
    {
        if (_stopping)
            _inbox.Drop();
        else
            _inbox.Add(in record);
    }

    /// <inheritdoc/>
    public void RecordWithoutPlace(in LedgerRecord record)
    {
        if (TryTakePlace())
            Record(in record);
        else
            _inbox.Drop();
    }

    /// <inheritdoc/>
    public ValueTask<bool> LeaseAsync(BudgetWindow window, long needed)
    {
        if (_stopping || !IsHealthy)
            return new(false);
        if (window.IsOpen && window.Leased >= needed)
            return new(true);

        LeaseRequest request = new(window, needed);
        _inbox.Add(request);
        return new(WaitAsync(request));
    }

    /// <inheritdoc/>
    public void Touch(BudgetWindow window)
    {
        if (!_stopping)
            _inbox.Touch(window);
    }

    /// <inheritdoc/>
    public void Touch(RunState run)
    {
        if (!_stopping)
            _inbox.Touch(run);
    }

    /// <summary>What the store knows of one window; null when it was never used. Reads the disk.</summary>
    /// <param name="account">The account's name.</param>
    /// <param name="budget">The budget's name: <see cref="BudgetNames.Of"/>.</param>
    /// <param name="window">Where the window begins, in Unix milliseconds.</param>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public BudgetRow? ReadBudget(string account, string budget, long window)
    {
        lock (_reading)
            return _reader.ReadBudget(account, budget, window);
    }

    /// <summary>What the store knows of the windows of all budgets of an account, the latest first. Reads the disk.</summary>
    /// <param name="account">The account's name.</param>
    /// <exception cref="StoreException">The disk cannot be read.</exception>
    public IReadOnlyList<BudgetRow> ReadAccount(string account)
    {
        lock (_reading)
            return _reader.ReadAccount(account);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredBudget>> ReadAsync(string account)
    {
        await LeaveThreadAsync();
        try
        {
            List<StoredBudget> found = [];
            foreach (BudgetRow row in ReadAccount(account))
                found.Add(new StoredBudget(BudgetNames.UnitOf(row.Budget), row.Settled, row.Forfeited, row.OpenedAt));
            return found;
        }
        catch (StoreException)
        {
            // Whoever asks is told that there is nothing; the operator is told by the writer's own trouble.
            return [];
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RunLookup> FindRunAsync(string account)
    {
        await LeaveThreadAsync();
        try
        {
            lock (_reading)
                return _stopping ? default : new RunLookup(IsRead: true, _reader.FindRun(account));
        }
        catch (StoreException)
        {
            return default;
        }
    }

    /// <summary>Writes all that is still in memory, gives every lease back, and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
            return;

        _stopping = true;
        await _writer.StopAsync();
        lock (_reading)
            _reader.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    /// <summary>Goes on on the pool: the thread that asks may be the one that every other exchange waits for.</summary>
    private static YieldAwaitable LeaveThreadAsync() => Task.Yield();

    private async Task<bool> WaitAsync(LeaseRequest request)
    {
        try
        {
            return await request.Done.WaitAsync(LedgerWriter.Patience, _clock);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

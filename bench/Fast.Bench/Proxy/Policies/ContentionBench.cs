using System;
using System.Threading;
using BenchmarkDotNet.Attributes;
using Fast.Proxy.Accounting.Ledger;
using Fast.Proxy.Policies;
using Fast.Proxy.Policies.Budgets;
using Fast.Proxy.Policies.Limits;
using Fast.Proxy.Policies.Runs;
using Fast.Proxy.Snapshots;

namespace Fast.Bench.Proxy.Policies;

/// <summary>
/// One hot key: setting aside and settling on the same four levels, from one thread and from one on every core. The time is that between two
/// exchanges of all threads together, so 1 divided by the ratio is what the other cores add.
/// </summary>
[MemoryDiagnoser]
public class ContentionBench
{
    private const int Levels = 4;
    private const int Exchanges = 4_096;
    private const int PlacesEach = 4_096;
    private const long Plenty = long.MaxValue / 8;

    private readonly int _threads = Environment.ProcessorCount;
    private Reservation[] _reservations = [];
    private Barrier _turn = null!;
    private KeySnapshot _key = null!;
    private RunState _run = null!;
    private int _left;
    private int _failed;
    private volatile bool _ends;

    [GlobalSetup]
    public void Setup()
    {
        AccountState[] accounts = new AccountState[Levels - 1];
        for (int i = 0; i < accounts.Length; i++)
            accounts[i] = Limited(new AccountState((AccountKind)i, "a"));
        _key = new KeySnapshot("k", ModelRule.All, []) { Accounts = accounts };
        _run = _key.Runs.Make("r"u8, null, RunTemplate.Default, RunBounds.Default, 1)!;
        Limited(_run.Account);
        foreach (AccountState account in (AccountState[])[.. accounts, _run.Account])
        {
            foreach (BudgetState budget in account.Budgets)
                NoLedger.Instance.LeaseAsync(budget.At(1), 0).AsTask().GetAwaiter().GetResult();
        }

        _turn = new Barrier(_threads);
        _reservations = new Reservation[_threads];
        for (int i = 0; i < _threads; i++)
        {
            int thread = i;
            _reservations[i] = new Reservation();
            if (thread > 0)
                new Thread(() => Serve(_reservations[thread])) { IsBackground = true }.Start();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _ends = true;
        _turn.SignalAndWait();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Exchanges)]
    public bool OneThread()
    {
        for (int i = 0; i < Exchanges; i++)
            ReserveAndSettle(_reservations[0]);
        return _failed == 0;
    }

    [Benchmark(OperationsPerInvoke = Exchanges)]
    public bool AllCores()
    {
        _left = Exchanges;
        _turn.SignalAndWait();
        Work(_reservations[0]);
        _turn.SignalAndWait();
        return _failed == 0;
    }

    private void Serve(Reservation mine)
    {
        while (true)
        {
            _turn.SignalAndWait();
            if (_ends)
                return;
            Work(mine);
            _turn.SignalAndWait();
        }
    }

    /// <summary>In portions, so that whoever is let run takes more of them.</summary>
    private void Work(Reservation mine)
    {
        const int portion = 64;
        while (Interlocked.Add(ref _left, -portion) >= 0)
        {
            for (int i = 0; i < portion; i++)
                ReserveAndSettle(mine);
        }
    }

    private void ReserveAndSettle(Reservation mine)
    {
        bool isHeld = _run.TryEnter(1) && mine.TryBegin(_key, _run, NoLedger.Instance, 1)
            && mine.Limits.TryTakePlaces() && mine.Limits.TryTakeRates(1, SteadyClock.NowNs)
            && mine.Budgets.TryTake(new Amounts(1000, 100, 1, 0)) == BudgetTake.Taken;
        mine.Settle(new Amounts(1, 1, 1, 0), reachedProvider: true, default);
        if (!isHeld)
            Interlocked.Increment(ref _failed);
    }

    private static AccountState Limited(AccountState account)
    {
        account.Update([new BudgetSpec(BudgetUnit.Usd, Plenty, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, Plenty, BudgetPeriod.Total)]);
        account.Limits.Update(new Rate(1_000_000_000, 1000), new Rate(1_000_000_000, 1000), PlacesEach, TimeSpan.Zero);
        return account;
    }
}

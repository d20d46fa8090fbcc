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
/// Setting aside and settling money, requests, rates and places on four levels, against changing as many words as that takes at least.
/// </summary>
[MemoryDiagnoser]
public class ReservationBench
{
    private const int Levels = 4;
    private const long Plenty = long.MaxValue / 8;

    /// <summary>Two budgets for each level: one change to take, two to settle; two rates and a place: one each to take, and to settle.</summary>
    private const int Changes = Levels * ((2 * 3) + (3 * 2));

    private readonly long[] _words = new long[Changes];
    private readonly Reservation _reservation = new();
    private KeySnapshot _key = null!;
    private RunState _run = null!;

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
    }

    [Benchmark(Baseline = true)]
    public long BareWords()
    {
        for (int i = 0; i < _words.Length; i++)
            Interlocked.Increment(ref _words[i]);
        return _words[0];
    }

    [Benchmark]
    public bool ReserveAndSettle()
    {
        bool isHeld = _run.TryEnter(1) && _reservation.TryBegin(_key, _run, NoLedger.Instance, 1)
            && _reservation.Limits.TryTakePlaces() && _reservation.Limits.TryTakeRates(1, SteadyClock.NowNs)
            && _reservation.Budgets.TryTake(new Amounts(1000, 100, 1, 0)) == BudgetTake.Taken;
        _reservation.Settle(new Amounts(1, 1, 1, 0), reachedProvider: true, default);
        return isHeld;
    }

    private static AccountState Limited(AccountState account)
    {
        account.Update([new BudgetSpec(BudgetUnit.Usd, Plenty, BudgetPeriod.Total), new BudgetSpec(BudgetUnit.Requests, Plenty, BudgetPeriod.Total)]);
        account.Limits.Update(new Rate(1_000_000_000, 1000), new Rate(1_000_000_000, 1000), 8, TimeSpan.Zero);
        return account;
    }
}

using System;
using Fast.Gateway.Storage;
using Fast.Gateway.Storage.Leases;
using Fast.Proxy.Policies.Budgets;
using Xunit;

namespace Fast.Gateway.Tests.Storage;

public sealed class LeaseBooksTests : IDisposable
{
    private const long Second = 1000;

    private readonly TestStore _test = new();
    private readonly StateFolder _folder;
    private readonly LedgerStore _store;
    private readonly LeaseBooks _books = new();
    private long _now;

    public LeaseBooksTests()
    {
        _folder = StateFolder.Take(_test.Folder);
        _store = LedgerStore.Open(_test.Database);
        _now = _test.Clock.Now;
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void The_first_lease_is_what_is_needed_and_some_more()
    {
        BudgetWindow window = Opened(limit: 1_000_000, needed: 100);
        Assert.Equal(BudgetTake.Taken, window.TryTake(100));
        Assert.InRange(window.Leased, 100, 2000);
        Assert.Equal(window.Leased, Row(window).Leased);
    }

    [Fact]
    public void Those_who_ask_together_get_enough_for_all()
    {
        BudgetWindow window = Opened(limit: 1_000_000_000, needed: 1);
        for (int i = 0; i < 100; i++)
            Ask(window, window.Taken + 5_000_000);
        Commit();
        for (int i = 0; i < 100; i++)
            Assert.Equal(BudgetTake.Taken, window.TryTake(5_000_000));
    }

    [Fact]
    public void A_lease_never_passes_the_limit_and_reaches_it()
    {
        BudgetWindow window = Opened(limit: 1000, needed: 5000);
        Assert.Equal(1000, window.Leased);
        Assert.Equal(BudgetTake.Taken, window.TryTake(1000));
        Assert.Equal(BudgetTake.LimitReached, window.TryTake(1));
        Change(window);
        Assert.Equal(1000, Row(window).Leased);
    }

    [Fact]
    public void Whoever_takes_fast_is_leased_ahead()
    {
        BudgetWindow window = Opened(limit: 1_000_000_000, needed: 10_000_000);
        Assert.Equal(BudgetTake.Taken, window.TryTake(10_000_000));
        Change(window);
        Assert.InRange(window.Leased - window.Taken, 10_000_000, 20_000_000);

        // Growth that nobody asked for is followed further than what was waited for, which is counted once.
        Assert.Equal(BudgetTake.Taken, window.TryTake(10_000_000));
        Change(window);
        Assert.InRange(window.Leased - window.Taken, 40_000_000, 41_000_000);
        Assert.Equal(window.Leased, Row(window).Leased);
    }

    [Fact]
    public void A_limit_that_was_lowered_takes_the_lease_back_but_not_what_is_taken()
    {
        BudgetState budget = _test.Budget(1_000_000);
        BudgetWindow window = Opened(budget, 500_000);
        Assert.Equal(BudgetTake.Taken, window.TryTake(400_000));
        budget.Limit = 100_000;
        Change(window);
        Assert.Equal(400_000, window.Leased);
        Assert.Equal(400_000, Row(window).Leased);
        Assert.Equal(BudgetTake.LimitReached, window.TryTake(1));
    }

    [Fact]
    public void More_used_than_set_aside_is_durable_with_the_next_commit()
    {
        BudgetWindow window = Opened(limit: 100, needed: 100);
        window.TryTake(100);
        window.Settle(100, 150);
        Change(window);
        Assert.Equal((150, 150), (Row(window).Settled, Row(window).Leased));
    }

    [Fact]
    public void A_window_that_rests_keeps_little_and_one_that_nobody_uses_nothing()
    {
        BudgetWindow window = Opened(limit: 1_000_000, needed: 800_000);
        window.TryTake(1000);
        window.Settle(1000, 900);
        Change(window);
        Assert.True(window.Leased > 100_000);

        Sweep(Second);
        Assert.InRange(window.Leased - window.Taken, 1, 1000);
        Assert.Equal(window.Leased, Row(window).Leased);
        Assert.Equal(1, _books.Count);

        Sweep(5 * Second);
        Assert.Equal(900, window.Leased);
        Assert.Equal((900, 900, 0), (Row(window).Settled, Row(window).Leased, Row(window).Forfeited));
        Assert.Equal(0, _books.Count);

        Assert.Equal(BudgetTake.LeaseShort, window.TryTake(1));
        Ask(window, 901);
        Commit();
        Assert.Equal(BudgetTake.Taken, window.TryTake(1));
    }

    [Fact]
    public void What_is_set_aside_for_a_long_exchange_stays_leased()
    {
        BudgetWindow window = Opened(limit: 1_000_000, needed: 5000);
        window.TryTake(5000);
        Change(window);
        Sweep(3600 * Second);
        Assert.Equal(1, _books.Count);
        Assert.InRange(Row(window).Leased, 5000, 6000);
    }

    [Fact]
    public void Nothing_is_written_for_a_window_at_rest()
    {
        BudgetWindow window = Opened(limit: 1_000_000, needed: 5000);
        window.TryTake(5000);
        Change(window);
        Sweep(6 * Second);
        _books.Sweep(_now + (6 * Second));
        Assert.False(_books.HasChanges);
    }

    [Fact]
    public void A_window_that_is_over_is_written_a_last_time()
    {
        BudgetWindow window = Opened(_test.Budget(1000, BudgetPeriod.Minute), 100);
        window.TryTake(100);
        window.Settle(100, 60);
        Sweep(window.End - _now);
        Assert.Equal(0, _books.Count);
        Assert.Equal((60, 60), (Row(window).Settled, Row(window).Leased));
    }

    [Fact]
    public void What_a_dead_process_leased_and_did_not_settle_is_forfeited_once()
    {
        BudgetState budget = _test.Budget(1000);
        BudgetWindow window = budget.At(_now);
        _store.Write(new("key:a", "usd/day", window.Start, Settled: 10, Leased: 50, Forfeited: 5, OpenedAt: 7));
        Ask(window, 20);
        Commit();
        Assert.Equal((10, 40, 50, 7), (window.Settled, window.Forfeited, window.Taken, window.OpenedAt));
        Assert.Equal((10, 40, 7), (Row(window).Settled, Row(window).Forfeited, Row(window).OpenedAt));
        Assert.Equal(BudgetTake.Taken, window.TryTake(20));

        window.Settle(20, 20);
        _books.CloseAll();
        Commit();
        Assert.Equal((30, 70, 40), (Row(window).Settled, Row(window).Leased, Row(window).Forfeited));
    }

    [Fact]
    public void A_budget_that_was_made_anew_goes_on_where_the_old_one_was_and_ends_it()
    {
        BudgetWindow old = Opened(limit: 1000, needed: 100);
        old.TryTake(30);
        old.TryTake(10);
        old.Settle(10, 10);

        BudgetWindow anew = Opened(limit: 1000, needed: 100);
        Assert.Equal((10, 30, 40), (anew.Settled, anew.Forfeited, anew.Taken));
        Assert.Equal(BudgetTake.LeaseShort, old.TryTake(1));
        Assert.False(_books.Ask(new(old, 50), _store, _now));

        old.Settle(30, 25);
        Change(old);
        Assert.Equal((10, 30), (Row(anew).Settled, Row(anew).Forfeited));
    }

    [Fact]
    public void A_window_that_was_replaced_and_forgotten_does_not_come_back()
    {
        BudgetWindow old = Opened(limit: 1000, needed: 100);
        Sweep(61 * Second);
        BudgetWindow anew = Opened(limit: 1000, needed: 100);
        anew.TryTake(100);
        anew.Settle(100, 100);
        Change(anew);
        Sweep(61 * Second);

        Assert.Equal(0, _books.Count);
        Assert.False(_books.Ask(new(old, 50), _store, _now));
        Assert.Equal(100, Row(anew).Settled);
    }

    [Fact]
    public void A_commit_that_failed_raises_nothing_and_is_made_up_for()
    {
        BudgetWindow window = Opened(limit: 1_000_000, needed: 100);
        long leased = window.Leased;
        window.TryTake(100);
        window.Settle(100, 70);
        _books.Touch(window);
        Ask(window, 500_000);
        _store.Begin();
        _books.Write(_store, _now);
        _store.Rollback();
        _books.Fail();
        Assert.Equal(leased, window.Leased);

        Assert.True(_books.HasChanges);
        Commit();
        Assert.Equal(70, Row(window).Settled);
        Assert.Equal(window.Leased, Row(window).Leased);
    }

    private BudgetWindow Opened(long limit, long needed) => Opened(_test.Budget(limit), needed);

    private BudgetWindow Opened(BudgetState budget, long needed)
    {
        BudgetWindow window = budget.At(_now);
        Ask(window, needed);
        Commit();
        Assert.True(window.IsOpen);
        return window;
    }

    private void Ask(BudgetWindow window, long needed) => Assert.True(_books.Ask(new(window, needed), _store, _now));

    private void Change(BudgetWindow window)
    {
        _books.Touch(window);
        Commit();
    }

    private void Sweep(long milliseconds)
    {
        _now += milliseconds;
        _books.Sweep(_now);
        Commit();
    }

    private void Commit()
    {
        _store.Begin();
        _books.Write(_store, _now);
        _store.Commit(null);
        _books.Commit();
    }

    private BudgetRow Row(BudgetWindow window)
    {
        (string account, string budget, long start) = LeaseBook.KeyOf(window);
        return _store.ReadBudget(account, budget, start)!.Value;
    }
}
